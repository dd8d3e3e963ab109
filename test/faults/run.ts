import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installPortolan } from '../kind/harness/installed.ts'
import { deleteCluster, makeCluster, NODE_PORTS } from '../kind/harness/make-cluster.ts'
import { run } from '../kind/harness/shell.ts'
import { openStoryCluster } from '../kind/harness/story-cluster.ts'
import { renderAccuracy } from './accuracy.ts'
import { makeBed } from './bed.ts'
import { FAULTS } from './catalogue.ts'
import { makeFault } from './lab.ts'
import { watchFromHost, watchTheCollector } from './observer.ts'
import { readResults, type Results, resultsOf, writeResults } from './results.ts'

/**
 * Makes every fault on a kind cluster of its own, or on one of that make with `--on NAME`, and writes docs/accuracy.md.
 * Other words choose the faults whose names contain one of them; the others keep what was said of them last. Ends with 1
 * where a wrong cause was said.
 */
const words = process.argv.slice(2)
const on = words[0] === '--on' ? words.splice(0, 2)[1] : undefined
const chosen = FAULTS.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))
const folder = mkdtempSync(join(tmpdir(), 'portolan-lab-'))
const kubeconfig = join(folder, 'kubeconfig')
const name = on ?? `portolan-lab-${process.pid}`
process.env['KUBECONFIG'] = kubeconfig
process.env['PORTOLAN_TEST_CLUSTER'] = name

async function look(): Promise<Results> {
  await using things = new AsyncDisposableStack()
  const cluster = things.use(await openStoryCluster())
  await cluster.reset()
  const master = `${name}-control-plane`
  const place = ['--set', `collector.nodeSelector.kubernetes\\.io/hostname=${master}`]
  things.use(await installPortolan(cluster, ...place, '--set', 'collector.tolerations[0].operator=Exists'))
  const observers = [things.use(watchFromHost(cluster)), things.use(watchTheCollector(cluster))]
  const bed = makeBed(cluster, master)
  const results: Results = {}
  for (const fault of chosen) {
    const judgements = await makeFault(bed, observers, fault)
    results[fault.name] = resultsOf(judgements)
    for (const [set, { last, isRight, wrong, seconds }] of judgements) {
      const said = last === null ? 'nothing' : `${last.cause} ${last.confidence} [${last.candidates.join(' ')}]`
      console.log(
        `${isRight ? '✓' : '✗'} ${fault.name}, ${set}: ${said}${seconds === null ? '' : `, ${seconds.toFixed(1)} s`}${wrong.length > 0 ? `; WRONG: ${wrong.join(' ')}` : ''}`,
      )
    }
  }
  await cluster.reset()
  return results
}

try {
  if (on === undefined) await makeCluster({ name, workers: 3, containerPorts: Object.values(NODE_PORTS), kubeconfig })
  else await run(['kind', 'export', 'kubeconfig', '--name', name, '--kubeconfig', kubeconfig])
  const results = await look()
  const all = { ...readResults(), ...results }
  writeResults(all)
  writeFileSync(join(import.meta.dirname, '../../docs/accuracy.md'), renderAccuracy(FAULTS, all))
  const said = Object.values(results).flatMap((sets) => Object.values(sets))
  if (said.some(({ wrong }) => wrong.length > 0)) process.exitCode = 1
} finally {
  if (on === undefined) await deleteCluster(name, kubeconfig)
  rmSync(folder, { recursive: true, force: true })
}
