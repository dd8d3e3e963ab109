import { clockText } from '@portolan/base'
import { type TargetState, type TargetView, withoutKind } from '@portolan/core'

export { durationText, moveText } from '@portolan/core'
export { clockText }

/** Short enough for a column: `12 s`, `5 min`, `3 h`, `2 d`. */
export function ageText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`
}

/** Local time of day with milliseconds. */
export function momentText(at: number): string {
  return `${clockText(at)}.${String(Math.floor(at) % 1000).padStart(3, '0')}`
}

/** Local date and time, `2026-11-25 12:35:07`. */
export function dateText(at: number): string {
  const date = new Date(at)
  const two = (number: number) => String(number).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clockText(at)}`
}

/** `30080`, `53/udp`, `worker:30080`; with the cluster in front where there are several. */
export function portText(target: string, cluster: string, several: boolean): string {
  return `${several ? `${cluster}/` : ''}${withoutKind(target)}`
}

/** Nodes of a cluster carry its name in front: left out where the cluster is clear. */
export function nodeText(node: string, cluster: string): string {
  if (node === '') return 'not known'
  return node.startsWith(`${cluster}-`) ? node.slice(cluster.length + 1) : node
}

/** Where the pods are: `worker2`, `worker, worker3`, `none`. */
export function podsText(target: TargetView): string {
  const serving = target.pods.filter((pod) => pod.serves && pod.node !== null)
  if (serving.length === 0) return target.route === 'none' ? '-' : 'none ready'
  const nodes = new Map<string, number>()
  for (const { node } of serving) if (node !== null) nodes.set(node, (nodes.get(node) ?? 0) + 1)
  return [...nodes]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([node, pods]) => `${nodeText(node, target.cluster)}${pods > 1 ? ` ×${pods}` : ''}`)
    .join(', ')
}

/** It answers now, and the next reschedule of its pods may leave it dark. */
export function isLucky({ state, darkProbability }: TargetView): boolean {
  return state === 'up' && darkProbability !== null && darkProbability > 0
}

export const SYMBOLS: Record<TargetState, string> = {
  up: '✓',
  down: '✗',
  broken: '✗',
  flapping: '~',
  unknown: '?',
  by_design: '·',
}

/** A state in a word or two. */
export const STATE_WORDS: Record<TargetState, string> = {
  up: 'up',
  down: 'down',
  broken: 'broken',
  flapping: 'flapping',
  unknown: 'unknown',
  by_design: 'by design',
}

/** Breaks at spaces; a word that is too long stays whole. */
export function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = []
  let line = indent
  for (const word of text.split(' ')) {
    if (line.length > indent.length && line.length + 1 + word.length > width) {
      lines.push(line)
      line = indent
    }
    line += line.length > indent.length ? ` ${word}` : word
  }
  return [...lines, line]
}

/** Cut to the width, with an ellipsis. */
export function fit(text: string, width: number): string {
  return text.length <= width ? text.padEnd(width) : `${text.slice(0, Math.max(0, width - 1))}…`
}

/** Cut to the width from the front, where the end says more. */
export function fitEnd(text: string, width: number): string {
  return text.length <= width ? text.padEnd(width) : `…${text.slice(text.length - Math.max(0, width - 1))}`
}
