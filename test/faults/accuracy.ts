import type { Told } from './judgement.ts'
import type { Observer } from './observer.ts'
import type { Result, Results } from './results.ts'

type Named = Told & { name: string }

interface Row {
  fault: Named
  results: Results[string] | undefined
}

const SETS: readonly Observer['name'][] = ['host only', 'host and agents']

/** docs/accuracy.md: what was said of each fault, by which vantages. */
export function renderAccuracy(real: readonly Named[], practised: readonly Named[], kept: Results): string {
  const rowsOf = (faults: readonly Named[]) => faults.map((fault) => ({ fault, results: kept[fault.name] }))
  const rows = rowsOf(real)
  const practice = rowsOf(practised)
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
${rows.map((row) => line(row, SETS)).join('\n')}

## What was said of what

Rows are the causes, columns what was said last; ambiguous words count for the cause that they name.

${SETS.map((set) => `### ${set}\n\n${matrix(set, rows)}`).join('\n\n')}

## On the practice cluster

What such a kind cluster cannot be made to do is made on the practice cluster (\`portolan demo\` runs on it too). The tests
hold it against a real one in what both can do; these faults no real cluster has confirmed. It has no agents and no LAN address: the host's loopback and the
nodes' own addresses are all that is seen, and on a desktop engine loopback alone.

${summary('host only', practice)}

| what was done | cause | host only |
|---|---|---|
${practice.map((row) => line(row, ['host only'])).join('\n')}

${matrix('host only', practice)}
`
}

function line({ fault: { name, cause }, results }: Row, sets: readonly Observer['name'][]): string {
  const said = sets.map((set) => cell(results?.[set]))
  return `| ${[name, cause === null ? 'none' : `\`${cause}\``, ...said].join(' | ')} |`
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
  const said = (row: Row) => row.results?.[set]?.last?.cause ?? 'nothing'
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
