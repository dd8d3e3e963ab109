import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { CheckDocument } from '@portolan/wire'
import { MAIN } from './harness/portolan-watch.ts'
import { attempt } from './harness/shell.ts'
import { openStoryCluster, type StoryCluster } from './harness/story-cluster.ts'

/** So many times each shape is placed; PORTOLAN_PLACEMENTS for a longer run. */
const PLACEMENTS = Number(process.env['PORTOLAN_PLACEMENTS'] ?? 12)
/** How improbable a count must be to disprove the prediction. */
const DOUBT = 0.001

/**
 * What `check --live` predicts for the next reschedule, against what the real scheduler does: all pods of the workload
 * are taken away, then placed anew on workers that hold nothing else, since a terminating pod and any other load weigh in
 * the scheduler's scores.
 */
describe('the probability that the next reschedule leaves a port dark', () => {
  let cluster: StoryCluster

  beforeAll(async () => {
    cluster = await openStoryCluster()
    await cluster.reset()
    await cluster.placeDns(`${cluster.name}-control-plane`)
  })
  afterAll(async () => {
    await cluster.reset()
    await cluster[Symbol.asyncDispose]()
  })

  const twoNodes = () => [cluster.mapped, cluster.others[0] ?? '']

  test.each([
    { shape: 'one replica on any of three workers', replicas: 1, nodes: () => [], predicted: 2 / 3 },
    { shape: 'two replicas, one a node', replicas: 2, nodes: () => [], predicted: 1 / 3 },
    { shape: 'one replica on either of two workers', replicas: 1, nodes: twoNodes, predicted: 1 / 2 },
  ])('$shape', async ({ replicas, nodes, predicted }) => {
    await allow(nodes())
    await place(replicas)
    expect(await foreseen()).toBeCloseTo(predicted, 3)
    let dark = 0
    for (let n = 0; n < PLACEMENTS; n++) {
      await cluster.scale(0)
      if (!(await place(replicas)).includes(cluster.mapped)) dark += 1
    }
    console.log(`Placements: ${PLACEMENTS}, dark ${dark}, predicted ${(PLACEMENTS * predicted).toFixed(1)}`)
    const tails = [binomial(0, dark, predicted), binomial(dark, PLACEMENTS, predicted)]
    expect(Math.min(...tails)).toBeGreaterThan(DOUBT / 2)
  })

  /** Only these nodes may hold the pods; none: any worker. */
  async function allow(nodes: readonly string[]): Promise<void> {
    const expression = { key: 'kubernetes.io/hostname', operator: 'In', values: nodes }
    const required = { nodeSelectorTerms: [{ matchExpressions: [expression] }] }
    const affinity =
      nodes.length === 0 ? null : { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } }
    await cluster.scale(0)
    const patch = JSON.stringify({ spec: { template: { spec: { affinity } } } })
    await cluster.kubectl('patch', 'deployment', 'app', '--type=merge', '-p', patch)
  }

  /** The nodes that the scheduler chose. */
  async function place(replicas: number): Promise<string[]> {
    await cluster.kubectl('scale', 'deployment', 'app', `--replicas=${replicas}`)
    await cluster.pods.until(
      `the scheduler placed ${replicas}`,
      (pods) => pods.length === replicas && pods.every(({ spec }) => spec.nodeName !== undefined),
    )
    return cluster.pods.objects().map(({ spec }) => spec.nodeName ?? '')
  }

  async function foreseen(): Promise<number | null> {
    const words = ['check', '--live', '--cluster', cluster.name, '--format', 'json']
    const { out, err } = await attempt([process.execPath, MAIN, ...words])
    expect(err).toBe('')
    const { ports } = JSON.parse(out) as CheckDocument
    return ports.find((port) => port.hostPort === cluster.hostPort.local)?.darkProbability ?? null
  }
})

/** The probability of `from` to `to` hits in all placements. */
function binomial(from: number, to: number, share: number): number {
  let sum = 0
  let term = (1 - share) ** PLACEMENTS
  for (let hits = 0; hits <= to; hits++) {
    if (hits >= from) sum += term
    term *= ((PLACEMENTS - hits) / (hits + 1)) * (share / (1 - share))
  }
  return sum
}
