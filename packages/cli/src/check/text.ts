import { mapStrings, printable } from '@portolan/core'
import { printableDiff } from './printable-diff.ts'
import type { CheckDocument, CheckedPort, CheckRemedy } from '@portolan/wire'
import { portName, verdictText } from './words.ts'

/** For people: a line a host port, below it why, and the fix as a diff. What was printed once is not printed again. */
export function renderText(document: CheckDocument): string {
  const told = new Set<string>()
  const isNew = (block: string) => !told.has(block) && told.add(block)
  const { problems, clusters, ports, warnings, notes } = mapStrings(document, (text, key) =>
    key === 'diff' ? printableDiff(text) : printable(text),
  )
  const blocks = [
    problems.map(({ file, line, message }) => `${place(file, line)}: ${message}`).join('\n'),
    ...clusters.map(({ name }) =>
      [
        ...(clusters.length > 1 ? [`cluster ${name}`] : []),
        ...clusterLines(
          name,
          ports.filter((port) => port.cluster === name),
          isNew,
        ),
      ].join('\n'),
    ),
    ...warnings.map((warning) => warningText(warning)).filter(isNew),
    notes.map((note) => noteText(note)).join('\n'),
  ]
  const text = blocks.filter((block) => block !== '').join('\n\n')
  return `${text.replaceAll(RUNNER_COMMAND, String.raw`$1\$2`)}\n`
}

/** In the log of a CI job a line that begins so is a command to its runner. Source: GitHub, "Workflow commands". */
const RUNNER_COMMAND = /^([ \t]*)(::|##\[)/gm

function clusterLines(name: string, ports: CheckedPort[], isNew: (block: string) => unknown): string[] {
  const mapped = ports.filter(({ hostPort }) => hostPort !== null)
  const unmapped = ports.filter(({ hostPort }) => hostPort === null)
  return [
    ...(mapped.length === 0
      ? [`No host port is mapped into cluster ${name}: add extraPortMappings to a node (kind) or ports (k3d).`]
      : portLines(mapped, isNew)),
    ...(unmapped.length === 0 ? [] : ['', 'Services without a host port', ...portLines(unmapped, isNew)]),
  ]
}

function portLines(ports: CheckedPort[], isNew: (block: string) => unknown): string[] {
  const width = Math.max(...ports.map((port) => portName(port).length))
  return ports.flatMap((port) => [headOf(port, width), ...detailsOf(port, isNew).map((line) => `  ${line}`)])
}

function headOf(port: CheckedPort, width: number): string {
  const parts = [portName(port).padEnd(width), verdictText(port), port.cause, port.service].filter(
    (part) => part !== null,
  )
  return `${parts.join('  ')}${port.verdict === 'fine' && port.assumption !== null ? `  (as long as ${port.assumption})` : ''}`
}

function detailsOf(port: CheckedPort, isNew: (block: string) => unknown): string[] {
  if (port.verdict === 'fine') return []
  const { summary, eligibleNodes, mappedNodes, assumption, remedies } = port
  return [
    ...newSentences(summary, isNew),
    ...(eligibleNodes.length === 0
      ? []
      : [`pods may be on: ${eligibleNodes.join(', ')}; mapped: ${mappedNodes.join(', ') || 'no node'}`]),
    ...(assumption === null ? [] : [`assumed: ${assumption}`]),
    ...remedies.flatMap((remedy, index) => remedyLines(remedy, index, isNew)),
  ]
}

function newSentences(summary: string, isNew: (block: string) => unknown): string[] {
  const left = summary.split(/(?<=\.) (?=[A-Z])/).filter(isNew)
  return left.length === 0 ? [] : [left.join(' ')]
}

/** A diff that was shown for another port is not shown again. */
function remedyLines(
  { text, cost, diff, command }: CheckRemedy,
  index: number,
  isNew: (block: string) => unknown,
): string[] {
  const said = `${index === 0 ? 'fix' : 'or'}: ${text}${cost === undefined ? '' : `. Trade-off: ${cost}`}`
  if (diff === undefined) return command === undefined ? [said] : [said, command]
  return isNew(diff) ? [said, ...diff.split('\n').map((line) => `  ${line}`)] : [`${said}, as above`]
}

function warningText({ cause, text, file, line, remedies }: CheckDocument['warnings'][number]): string {
  const fixes = remedies.flatMap((remedy, index) => remedyLines(remedy, index, () => true))
  return [
    `warning: ${text} [${cause}]${file === null ? '' : ` ${place(file, line)}`}`,
    ...fixes.map((one) => `  ${one}`),
  ].join('\n')
}

function noteText({ text, file, line }: CheckDocument['notes'][number]): string {
  return `note: ${text}${file === null ? '' : ` ${place(file, line)}`}`
}

function place(file: string, line: number | null): string {
  return `${file === '-' ? 'standard input' : file}${line === null ? '' : `:${line}`}`
}
