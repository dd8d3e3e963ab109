import { type GroundName, isMadeOn } from './grounds.ts'
import type { Grade, ExpectedCause } from './judgement.ts'
import type { Observer } from './observer.ts'
import type { Result, Results } from './results.ts'

type Named = ExpectedCause & { name: string; on?: readonly GroundName[] }

/** Who looked on, at what the faults were made on. */
interface View {
  on: keyof Results
  set: Observer['name']
}

/** A fault, and its results in the order of the views. */
interface Row {
  fault: Named
  results: readonly (Result | undefined)[]
}

const SETS: readonly Observer['name'][] = ['host only', 'host and agents']
const MODES = ['iptables', 'nftables'] as const
const OVER_V6 = ['dual-stack', 'IPv6'] as const
const seenBy = (on: keyof Results) => SETS.map((set) => ({ on, set }))
const REAL: readonly View[] = MODES.flatMap(seenBy)
const REAL_OVER_V6: readonly View[] = OVER_V6.flatMap(seenBy)
const PRACTICE: readonly View[] = [{ on: 'practice', set: 'host only' }]

/** docs/accuracy.md: what was said of each fault, by which vantages. */
export function renderAccuracy(real: readonly Named[], practised: readonly Named[], kept: Results): string {
  const madeOn = (grounds: readonly GroundName[]) =>
    real.filter((fault) => grounds.some((ground) => isMadeOn(fault, ground)))
  const rows = rowsOf(madeOn(MODES), REAL, kept)
  const overV6 = rowsOf(madeOn(OVER_V6), REAL_OVER_V6, kept)
  const practice = rowsOf(practised, PRACTICE, kept)
  return `# How often Portolan is right

\`npx -y pnpm@12.21.0 lab\` generates this page. It makes every fault of \`test/faults/catalogue.ts\` on a real kind cluster (one
control plane, three workers, one of them mapped), with kube-proxy in iptables mode and in nftables mode, while two
Portolans watch: \`portolan watch\` on the host alone, and an installation with agents. Kubernetes 1.34, Docker on Linux.

Each fault gets a grade for the last verdict on it:

- **named**: the right cause alone, proven or likely.
- **in the short list**: two or three causes that look the same, including the right one.
- **none**: \`unproven\`, a longer list, a cause that is true but not the fault that was made, or nothing at all.
- **wrong**: Portolan reported a wrong cause at any time, whatever its last verdict was.

If a fault was made more than once, the tables show the last result and, in brackets, the earlier ones. Most of these faults had
not been named, and were made again after Portolan was fixed; the other faults were not made again with the fixed program. The
column \`named the first time\` is free of this selection.

An innocent change breaks nothing that lasts. It counts as left alone if Portolan reported nothing untrue about it, and as wrong
otherwise. Seconds count from the change in the cluster (the port is dark, and the pod is where it makes the fault) to the first
verdict that names or lists the cause. The load is the median number of processes that want a core, per core. Above 1 everything
is late: Portolan, the cluster and the lab.

${summary(rows, REAL)}

${notMade(rows)}

${table(rows, REAL)}

${OVER_V6.some((ground) => kept[ground] !== undefined) ? sectionOverV6(overV6) : ''}## Verdicts by cause

The last verdicts on the faults of each cause, the right one included.

${said(rows, REAL)}

## On the practice cluster

Some faults cannot be made on such a kind cluster. They are made on the practice cluster, which \`portolan demo\` uses too. Tests
compare the practice cluster with a real one wherever both can do the same; no real cluster has confirmed the faults in this
section. The practice cluster has no agents and no LAN address: Portolan probes only the host's loopback and the nodes' own
addresses, and with a desktop engine only loopback.

${summary(practice, PRACTICE)}

${table(practice, PRACTICE)}

${said(practice, PRACTICE)}
`
}

function sectionOverV6(rows: readonly Row[]): string {
  return `## Over IPv6

A part of the faults was made on a dual-stack cluster and on one that has no IPv4 addresses as well, with kube-proxy in
iptables mode.

${summary(rows, REAL_OVER_V6)}

${table(rows, REAL_OVER_V6)}

`
}

function rowsOf(faults: readonly Named[], views: readonly View[], kept: Results): Row[] {
  return faults.map((fault) => ({ fault, results: views.map(({ on, set }) => kept[on]?.[fault.name]?.[set]) }))
}

const heading = ({ on, set }: View) => (on === 'practice' ? set : `${on}, ${set}`)

function summary(rows: readonly Row[], views: readonly View[]): string {
  const lines = views.map((view, index) => {
    const results = rows.flatMap(({ fault, results: all }) => {
      const result = all[index]
      return result === undefined ? [] : [{ ...result, isInnocent: fault.cause === null }]
    })
    const faults = results.filter(({ isInnocent }) => !isInnocent)
    const innocent = results.filter(({ isInnocent }) => isInnocent)
    const share = (grade: Grade) => {
      const count = faults.filter((one) => one.grade === grade).length
      return count === 0 ? '0' : `${count} (${Math.round((100 * count) / faults.length)} %)`
    }
    const seconds = faults.flatMap((one) => one.seconds ?? []).sort((one, other) => one - other)
    const calm = `${innocent.filter(({ grade }) => grade === 'calm').length} of ${innocent.length}`
    const atFirst = faults.filter(({ grade, earlier = [] }) => (earlier[0] ?? grade) === 'named').length
    const loads = results.flatMap((one) => one.load ?? []).sort((one, other) => one - other)
    const times = [median(seconds), seconds.at(-1)].map((one) => (one === undefined ? '-' : `${one.toFixed(1)} s`))
    const grades = [share('named'), share('listed'), share('none'), share('wrong')]
    return row([heading(view), faults.length, ...grades, atFirst, calm, ...times, median(loads)?.toFixed(1) ?? '-'])
  })
  const words = [
    'faults',
    'named',
    'in the short list',
    'none',
    'wrong',
    'named the first time',
    'innocent, left alone',
    'p50',
    'slowest',
    'load',
  ]
  return [...headed(['', ...words]), ...lines].join('\n')
}

const median = (sorted: readonly number[]) => sorted[Math.floor((sorted.length - 1) / 2)]

/** The faults that have no result in a mode. */
function notMade(rows: readonly Row[]): string {
  const lines = MODES.map((mode, at) => {
    const lacking = rows.filter(({ results }) => results.slice(2 * at, 2 * at + 2).every((one) => one === undefined))
    if (lacking.length === 0) return `All ${rows.length} were made in ${mode} mode.`
    if (lacking.length === rows.length) return `None was made in ${mode} mode.`
    const names = lacking.map(({ fault }) => `“${fault.name}”`).join('; ')
    return `${rows.length - lacking.length} of ${rows.length} were made in ${mode} mode, all except these: ${names}.`
  })
  return lines.join('\n')
}

function table(rows: readonly Row[], views: readonly View[]): string {
  const lines = rows.map(({ fault: { name, cause }, results }) =>
    row([name, cause === null ? 'none' : `\`${cause}\``, ...results.map(cell)]),
  )
  return [...headed(['what was done', 'cause', ...views.map(heading)]), ...lines].join('\n')
}

function cell(result: Result | undefined): string {
  if (result === undefined) return '-'
  const { earlier = [] } = result
  return `${lastWord(result)}${earlier.length === 0 ? '' : ` (earlier: ${earlier.join(', ')})`}`
}

function lastWord(result: Result): string {
  const { grade, last, wrong, seconds } = result
  const after = seconds === null ? '' : `, ${seconds.toFixed(1)} s`
  const list = last === null ? [] : [last.cause, ...last.candidates].map((one) => `\`${one}\``)
  if (grade === 'wrong')
    return `✗ wrong: ${wrong.length === 0 ? list.join(', ') : wrong.map((one) => `\`${one}\``).join(', ')}`
  if (grade === 'named') return `✓ ${last?.confidence}${after}`
  if (grade === 'calm') return last === null ? '✓ nothing' : `✓ ${list[0]}, over`
  if (grade === 'listed') return `in the list ${list.join(', ')}${after}`
  return last === null ? 'nothing' : `none: ${list.join(', ')}`
}

function said(rows: readonly Row[], views: readonly View[]): string {
  const causes = [...new Set(rows.map(({ fault }) => fault.cause ?? 'none'))]
  const lines = causes.map((cause) => {
    const of = rows.filter(({ fault }) => (fault.cause ?? 'none') === cause)
    const cells = views.map((_, index) => {
      const counts = new Map<string, number>()
      for (const { results } of of) {
        const result = results[index]
        if (result === undefined) continue
        const word = result.last?.cause ?? 'nothing'
        counts.set(word, (counts.get(word) ?? 0) + 1)
      }
      const sorted = [...counts].sort(([, one], [, other]) => other - one)
      return sorted.map(([word, count]) => `\`${word}\` ${count}`).join(', ')
    })
    return row([`\`${cause}\``, ...cells])
  })
  return [...headed(['cause', ...views.map(heading)]), ...lines].join('\n')
}

const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
const headed = (cells: readonly string[]) => [row(cells), `|${'---|'.repeat(cells.length)}`]
