import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deleteCluster, makeCluster, NODE_PORTS } from '../kind/harness/make-cluster.ts'
import { run } from '../kind/harness/shell.ts'
import { renderAccuracy } from './accuracy.ts'
import { FAULTS } from './catalogue.ts'
import { type Judgements, makeFault } from './lab.ts'
import { openLab } from './open-lab.ts'
import { practise } from './practice.ts'
import { PRACTICE_FAULTS } from './practice-catalogue.ts'
import { readResults, type Results, resultsOf, writeResults } from './results.ts'

/**
 * Makes every fault, on a kind cluster of its own (or on one of that make with `--on NAME`) and on the practice cluster
 * (alone with `--practice`), and writes docs/accuracy.md. Other words choose the faults whose names contain one of them;
 * the others keep what was said of them last. Ends with 1 where a wrong cause was said.
 */
const words = process.argv.slice(2)
const on = words[0] === '--on' ? words.splice(0, 2)[1] : undefined
const practiceOnly = words[0] === '--practice' && words.shift() !== undefined
const isChosen = ({ name }: { name: string }) => words.length === 0 || words.some((word) => name.includes(word))
const results: Results = {}

function keep(fault: string, judgements: Judgements): void {
  results[fault] = resultsOf(judgements)
  for (const [set, { last, isRight, wrong, seconds }] of judgements) {
    const said = last === null ? 'nothing' : `${last.cause} ${last.confidence} [${last.candidates.join(' ')}]`
    const after = seconds === null ? '' : `, ${seconds.toFixed(1)} s`
    const falsely = wrong.length > 0 ? `; WRONG: ${wrong.join(' ')}` : ''
    console.log(`${isRight ? '✓' : '✗'} ${fault}, ${set}: ${said}${after}${falsely}`)
  }
}

async function look(): Promise<void> {
  await using lab = await openLab()
  const { bed, observers } = lab
  for (const fault of FAULTS.filter(isChosen)) keep(fault.name, await makeFault(bed, observers, fault))
  await bed.reset()
}

async function onKind(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-lab-'))
  const kubeconfig = join(folder, 'kubeconfig')
  const name = on ?? `portolan-lab-${process.pid}`
  process.env['KUBECONFIG'] = kubeconfig
  process.env['PORTOLAN_TEST_CLUSTER'] = name
  try {
    if (on === undefined) await makeCluster({ name, workers: 3, containerPorts: Object.values(NODE_PORTS), kubeconfig })
    else await run(['kind', 'export', 'kubeconfig', '--name', name, '--kubeconfig', kubeconfig])
    await look()
  } finally {
    if (on === undefined) await deleteCluster(name, kubeconfig)
    rmSync(folder, { recursive: true, force: true })
  }
}

for (const fault of PRACTICE_FAULTS.filter(isChosen)) keep(fault.name, await practise(fault))
if (!practiceOnly && FAULTS.some(isChosen)) await onKind()
const all = { ...readResults(), ...results }
writeResults(all)
writeFileSync(join(import.meta.dirname, '../../docs/accuracy.md'), renderAccuracy(FAULTS, PRACTICE_FAULTS, all))
const said = Object.values(results).flatMap((sets) => Object.values(sets))
if (said.some(({ wrong }) => wrong.length > 0)) process.exitCode = 1
