import { mapStrings, printable, printableLines } from '@portolan/core'
import type { CheckDocument, CheckedPort, CheckRemedy } from '@portolan/wire'
import { percent } from '../render/percent.ts'

/** For people: a line a host port, below it why, and the fix as a diff. */
export function renderText(document: CheckDocument): string {
  const told = new Set<string>()
  const isNew = (block: string) => !told.has(block) && told.add(block)
  const { problems, clusters, ports, warnings, notes } = mapStrings(document, (text, key) =>
    key === 'diff' ? printableLines(text) : printable(text),
  )
  const blocks = [
    problems.map(({ file, line, message }) => `${place(file, line)}: ${message}`).join('\n'),
    ...clusters.map(({ name }) =>
      [
        ...(clusters.length > 1 ? [`cluster ${name}`] : []),
        ...portLines(
          ports.filter((port) => port.cluster === name),
          isNew,
        ),
      ].join('\n'),
    ),
    ...warnings.map((warning) => warningText(warning)).filter(isNew),
    notes.map((note) => noteText(note)).join('\n'),
  ]
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}

function portLines(ports: CheckedPort[], isNew: (block: string) => unknown): string[] {
  const width = Math.max(...ports.map((port) => nameOf(port).length))
  return ports.flatMap((port) => [headOf(port, width), ...detailsOf(port, isNew).map((line) => `  ${line}`)])
}

function nameOf({ hostPort, protocol, containerPort }: CheckedPort): string {
  const suffix = protocol === 'udp' ? '/udp' : ''
  if (hostPort === null) return containerPort === null ? 'no host port' : `no host port -> ${containerPort}${suffix}`
  return `${hostPort === 0 ? 'any' : hostPort}${suffix}`
}

function headOf(port: CheckedPort, width: number): string {
  const parts = [nameOf(port).padEnd(width), verdictText(port), port.cause, port.service].filter(
    (part) => part !== null,
  )
  return `${parts.join('  ')}${port.verdict === 'fine' && port.assumption !== null ? `  (as long as ${port.assumption})` : ''}`
}

function verdictText({ verdict, darkProbability }: CheckedPort): string {
  switch (verdict) {
    case 'always_dark':
      return 'always dark'
    case 'may_go_dark':
      return `may go dark ${percent(darkProbability ?? 0)}`
    case 'fine':
    case 'unknown':
      return verdict
  }
}

function detailsOf(port: CheckedPort, isNew: (block: string) => unknown): string[] {
  if (port.verdict === 'fine') return []
  const { summary, eligibleNodes, mappedNodes, assumption, remedies } = port
  return [
    summary,
    ...(eligibleNodes.length === 0
      ? []
      : [`pods may be on: ${eligibleNodes.join(', ')}; mapped: ${mappedNodes.join(', ') || 'no node'}`]),
    ...(assumption === null ? [] : [`assumed: ${assumption}`]),
    ...remedies.flatMap((remedy, index) => remedyLines(remedy, index, isNew)),
  ]
}

/** A diff that was shown for another port is not shown again. */
function remedyLines(
  { text, cost, diff, command }: CheckRemedy,
  index: number,
  isNew: (block: string) => unknown,
): string[] {
  const said = `${index === 0 ? 'fix' : 'or'}: ${text}${cost === undefined ? '' : `. Cost: ${cost}`}`
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
