import type { CheckDocument, CheckedPort, CheckRemedy } from '@portolan/wire'
import type { Block } from '../report/block.ts'
import { markdownOf } from '../report/markdown.ts'
import { portName, verdictText } from './words.ts'

/** Markdown for the summary of a job: what is wrong first, then every port. */
export function renderSummary(document: CheckDocument): string {
  return markdownOf(blocksOf(document))
}

function blocksOf({ problems, ports, warnings, notes, clusters }: CheckDocument): Block[] {
  const mapped = ports.filter(({ hostPort }) => hostPort !== null)
  const unmapped = ports.filter(({ hostPort }) => hostPort === null)
  const bad = mapped.filter(({ verdict }) => verdict === 'always_dark' || verdict === 'may_go_dark')
  return [
    { kind: 'title', text: headline(mapped, bad, problems.length) },
    ...section(
      'Files that could not be read',
      problems.map(({ file, line, message }) => `${file}:${line}: ${message}`),
    ),
    ...bad.flatMap(findingBlocks),
    ...(mapped.length === 0 ? [] : [tableOf(mapped, clusters.length > 1)]),
    ...section(
      'Services without a host port',
      unmapped.map(({ summary }) => summary),
    ),
    ...section('Warnings', [...new Set(warnings.map(({ text }) => text))]),
    ...section(
      'Notes',
      notes.map(({ text }) => text),
    ),
  ]
}

function headline(mapped: CheckedPort[], bad: CheckedPort[], problems: number): string {
  if (problems > 0) return 'Portolan could not read all of the files'
  if (mapped.length === 0) return 'No host port is mapped'
  if (bad.length > 0) return `${bad.length} of ${mapped.length} host ports will not answer, or not always`
  const open = mapped.filter(({ verdict }) => verdict === 'unknown').length
  return open === 0
    ? `All ${mapped.length} host ports will answer`
    : `No host port is known to be dark; for ${open} of ${mapped.length} it is unknown`
}

function findingBlocks(port: CheckedPort): Block[] {
  return [
    { kind: 'subheading', text: `Host port ${portName(port)}: ${verdictText(port)}` },
    { kind: 'paragraph', text: port.summary },
    ...port.remedies.flatMap(remedyBlocks),
  ]
}

function remedyBlocks({ text, cost, diff, command }: CheckRemedy, index: number): Block[] {
  const said = `${index === 0 ? 'Fix' : 'Or'}: ${text}.${cost === undefined ? '' : ` Trade-off: ${cost}.`}`
  return [
    { kind: 'paragraph', text: said },
    ...(diff === undefined ? [] : [{ kind: 'diff' as const, text: diff }]),
    ...(command === undefined ? [] : [{ kind: 'command' as const, text: command }]),
  ]
}

function tableOf(ports: CheckedPort[], several: boolean): Block {
  return {
    kind: 'table',
    head: [...(several ? ['Cluster'] : []), 'Host port', 'Verdict', 'Why'],
    rows: ports.map((port) => [...(several ? [port.cluster] : []), portName(port), verdictText(port), port.summary]),
    numbers: [],
  }
}

function section(heading: string, items: string[]): Block[] {
  return items.length === 0
    ? []
    : [
        { kind: 'heading', text: heading },
        { kind: 'list', items },
      ]
}
