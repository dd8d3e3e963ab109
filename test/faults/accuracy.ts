import type { Fault } from './fault.ts'
import type { Observer } from './observer.ts'
import type { Result, Results } from './results.ts'

interface Row {
  fault: Fault
  results: Results[string] | undefined
}

const SETS: readonly Observer['name'][] = ['host only', 'host and agents']

/** docs/accuracy.md: what was said of each fault, by which vantages. */
export function renderAccuracy(all: readonly Fault[], kept: Results): string {
  const rows = all.map((fault) => ({ fault, results: kept[fault.name] }))
  const faults = rows.map(({ fault, results }) => {
    const said = SETS.map((set) => cell(results?.[set]))
    return `| ${fault.name} | ${fault.cause === null ? 'none' : `\`${fault.cause}\``} | ${said.join(' | ')} |`
  })
  return `# How often Portolan is right

Written by \`npx -y pnpm@12.21.0 lab\`, which makes every fault of \`test/faults/catalogue.ts\` on a real kind cluster (one
control plane, three workers, one of them mapped) while two Portolans look on: \`portolan watch\` on the host alone, and an
installation with agents. Kubernetes 1.34, kube-proxy in iptables mode, Docker on Linux.

${SETS.map((set) => summary(set, rows)).join('\n')}

A word is **right** when it names the cause, or names another and says that it cannot be told from the cause
(\`ambiguous\`, with the cause among the candidates). **Wrong** is any other cause that was said at any time; \`unproven\` is
not wrong. Seconds are from the act to the first right word, the cluster's own time to follow included.

| what was done | cause | host only | host and agents |
|---|---|---|---|
${faults.join('\n')}

## What was said of what

Rows are the causes, columns what was said last; ambiguous words count for the cause that they name.

${SETS.map((set) => `### ${set}\n\n${matrix(set, rows)}`).join('\n\n')}
`
}

function summary(set: Observer['name'], rows: readonly Row[]): string {
  const judged = rows.flatMap(({ results }) => results?.[set] ?? [])
  const right = judged.filter(({ isRight }) => isRight).length
  const proven = judged.filter(({ last, isRight }) => isRight && last?.confidence === 'proven').length
  const wrong = judged.filter((one) => one.wrong.length > 0).length
  return `- **${set}**: right in ${right} of ${judged.length}, ${proven} of them proven; a wrong cause in ${wrong}.`
}

function cell(result: Result | undefined): string {
  if (result === undefined) return '-'
  const { last, isRight, wrong, seconds } = result
  const mark = isRight ? '✓' : '✗'
  const word = last === null ? 'nothing' : `\`${last.cause}\` ${last.confidence}`
  const others =
    last === null || last.candidates.length === 0
      ? ''
      : ` (or ${last.candidates.map((one) => `\`${one}\``).join(', ')})`
  const after = seconds === null ? '' : `, ${seconds.toFixed(1)} s`
  const false_ = wrong.length === 0 ? '' : `; said wrongly: ${wrong.map((one) => `\`${one}\``).join(', ')}`
  return `${mark} ${word}${others}${after}${false_}`
}

function matrix(set: Observer['name'], rows: readonly Row[]): string {
  const said = (row: Row) => row.results?.[set].last?.cause ?? 'nothing'
  const causes = [...new Set(rows.map(({ fault }) => fault.cause ?? 'none'))]
  const columns = [...new Set(rows.map(said))].sort()
  const lines = causes.map((cause) => {
    const of = rows.filter(({ fault }) => (fault.cause ?? 'none') === cause)
    const counts = columns.map((column) => of.filter((row) => said(row) === column).length || '')
    return `| \`${cause}\` | ${counts.join(' | ')} |`
  })
  return [
    `| | ${columns.map((one) => `\`${one}\``).join(' | ')} |`,
    `|---|${columns.map(() => '---').join('|')}|`,
    ...lines,
  ].join('\n')
}
