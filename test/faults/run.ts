import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { deleteCluster, makeCluster, nodePortsOf } from '../kind/harness/make-cluster.ts'
import { setProxyMode } from '../kind/harness/proxy-mode.ts'
import { run } from '../kind/harness/shell.ts'
import { renderAccuracy } from './accuracy.ts'
import type { Bed } from './bed.ts'
import { FAULTS } from './catalogue.ts'
import { describeFinding } from './finding.ts'
import { EVERYWHERE, type GroundName, GROUNDS, isMadeOn } from './grounds.ts'
import type { ExpectedCause } from './judgement.ts'
import { type Judgements, makeFault } from './lab.ts'
import { openLab } from './open-lab.ts'
import { practise } from './practice.ts'
import { PRACTICE_FAULTS } from './practice-catalogue.ts'
import { readResults, type Results, resultsOf, writeResults } from './results.ts'

/**
 * Makes every fault, on a kind cluster for each mode of kube-proxy and family of addresses and on the practice cluster,
 * and writes docs/accuracy.md. Words choose the faults whose names contain one of them; the others keep what was said of them last.
 * Ends with 1 where a wrong cause was said or a fault could not be made.
 *
 *     --ground NAME      iptables, nftables, dual-stack or IPv6 alone
 *     --on NAME          on this kind cluster, made by this runner before, which stays
 *     --keep             leaves the cluster that it makes
 *     --practice         on the practice cluster alone; --real: on kind alone
 *     --enforce COMMAND  makes a kind cluster, whose name is added to it, enforce NetworkPolicies: without it those faults are left out
 *     --missing          of those, the faults alone that were not named or left alone by both when they were made last
 *     --stories N          how many faults at a time, at most 4 (the default): a slow machine makes fewer
 *     --findings FILE    adds to this file what was said of each fault that was not named, and why
 */
const { values: options, positionals: words } = parseArgs({
  allowPositionals: true,
  options: {
    ground: { type: 'string' },
    on: { type: 'string' },
    keep: { type: 'boolean', default: false },
    practice: { type: 'boolean', default: false },
    real: { type: 'boolean', default: false },
    enforce: { type: 'string' },
    missing: { type: 'boolean', default: false },
    stories: { type: 'string', default: '4' },
    findings: { type: 'string' },
  },
})
const isChosen = ({ name }: { name: string }) => words.length === 0 || words.some((word) => name.includes(word))
const grounds = EVERYWHERE.filter((name) => options.ground === undefined || options.ground === name)
if (grounds.length === 0) throw new Error(`--ground is "${options.ground}", expected one of ${EVERYWHERE.join(', ')}`)
/** So many faults of a story of its own are made at a time. */
const stories = Number(options.stories)
if (!(Number.isInteger(stories) && stories >= 1 && stories <= 4))
  throw new Error(`--stories is "${options.stories}", expected 1 to 4`)
const results: Results = readResults()
const STOPPING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

function keep(on: keyof Results, fault: ExpectedCause & { name: string }, judgements: Judgements): void {
  results[on] = { ...results[on], [fault.name]: resultsOf(judgements, results[on]?.[fault.name]) }
  writeResults(results)
  for (const [set, seen] of judgements) {
    const { grade, last, wrong, seconds } = seen
    const isFine = grade === 'named' || grade === 'calm'
    const said = last === null ? 'nothing' : `${last.cause} ${last.confidence} [${last.candidates.join(' ')}]`
    const after = seconds === null ? '' : `, ${seconds.toFixed(1)} s`
    const falsely = wrong.length > 0 ? `; said wrongly: ${wrong.join(' ')}` : ''
    console.log(`${isFine ? '✓' : '✗'} ${grade}: ${fault.name}, ${on}, ${set}: ${said}${after}${falsely}`)
    if (grade === 'wrong') process.exitCode = 1
    if (!isFine && options.findings !== undefined)
      appendFileSync(options.findings, describeFinding(on, set, fault, seen))
  }
}

function isMissing(ground: GroundName, fault: string): boolean {
  const seen = Object.values(results[ground]?.[fault] ?? {})
  return seen.length === 0 || seen.some(({ grade }) => grade !== 'named' && grade !== 'calm')
}

/** Each bed takes the next fault as soon as it is free. */
async function makeAll(
  ground: GroundName,
  lab: Awaited<ReturnType<typeof openLab>>,
  faults: typeof FAULTS,
): Promise<void> {
  const make = async (beds: readonly Bed[], waiting: (typeof FAULTS)[number][]) => {
    const work = beds.map(async (bed) => {
      for (let fault = waiting.shift(); fault !== undefined; fault = waiting.shift()) {
        try {
          keep(ground, fault, await makeFault(bed, lab.observers, fault))
        } catch (error) {
          process.exitCode = 1
          console.log(
            `! could not be made: ${fault.name}, ${ground}: ${error instanceof Error ? error.message : String(error)}`,
          )
        }
      }
      await bed.reset()
    })
    await Promise.all(work)
  }
  const together = faults.filter(({ alone }) => alone !== true)
  await make(lab.beds, together)
  await make(
    lab.beds.slice(0, 1),
    faults.filter((fault) => fault.alone === true),
  )
}

async function look(ground: GroundName, cluster: string): Promise<void> {
  const chosen = FAULTS.filter((fault) => isChosen(fault) && isMadeOn(fault, ground)).filter(
    ({ name }) => !options.missing || isMissing(ground, name),
  )
  await using lab = await openLab(stories)
  await makeAll(
    ground,
    lab,
    chosen.filter(({ enforced }) => enforced !== true),
  )
  const ofPolicies = chosen.filter(({ enforced }) => enforced === true)
  if (ofPolicies.length === 0) return
  if (options.enforce === undefined) {
    console.log(
      `Left out: ${ofPolicies.length} faults of NetworkPolicies, which nothing enforces here (see --enforce).`,
    )
    return
  }
  await run([...options.enforce.split(' '), cluster])
  await makeAll(ground, lab, ofPolicies)
}

async function onKind(ground: GroundName): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-lab-'))
  const kubeconfig = join(folder, 'kubeconfig')
  const name = options.on ?? `portolan-lab-${process.pid}`
  process.env['KUBECONFIG'] = kubeconfig
  process.env['PORTOLAN_TEST_CLUSTER'] = name
  const isOurs = options.on === undefined && !options.keep
  const leave = async () => {
    if (isOurs) await deleteCluster(name, kubeconfig)
    rmSync(folder, { recursive: true, force: true })
  }
  const interrupted = () => void leave().finally(() => process.exit(130))
  for (const signal of STOPPING) process.once(signal, interrupted)
  try {
    if (options.on === undefined) {
      const containerPorts = Array.from({ length: stories }, (_, story) => Object.values(nodePortsOf(story))).flat()
      await makeCluster({ name, workers: 3, containerPorts, ...GROUNDS[ground], kubeconfig })
    } else {
      await run(['kind', 'export', 'kubeconfig', '--name', name, '--kubeconfig', kubeconfig])
      await setProxyMode(`kind-${name}`, GROUNDS[ground].proxyMode)
    }
    await look(ground, name)
  } finally {
    for (const signal of STOPPING) process.off(signal, interrupted)
    await leave()
  }
}

if (!options.real) for (const fault of PRACTICE_FAULTS.filter(isChosen)) keep('practice', fault, await practise(fault))
if (!options.practice && FAULTS.some(isChosen)) for (const ground of grounds) await onKind(ground)
writeFileSync(join(import.meta.dirname, '../../docs/accuracy.md'), renderAccuracy(FAULTS, PRACTICE_FAULTS, results))
