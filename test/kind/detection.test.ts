import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { openStory, type Story } from './harness/story.ts'
import type { EndpointSlice } from './harness/story-cluster.ts'
import { MOVED } from './harness/verdicts.ts'

const MOVES = 12

/**
 * How long it takes from the receipt, on a watch of the test's own, of the first EndpointSlice that makes etp_local true
 * to the line that says so; when it is proven too; and how much of that kube-proxy on the mapped node takes to drop the packets.
 */
describe('detection on a real kind cluster', () => {
  let story: Story
  const delays: number[] = []
  const proofs: number[] = []
  const programmed: number[] = []

  beforeAll(async () => {
    story = await openStory()
  })
  afterAll(async () => {
    await story[Symbol.asyncDispose]()
    process.stdout.write(
      [
        `Detection: ${told(delays)}`,
        `Detection, proven: ${told(proofs)}`,
        `Detection, of which the rules of kube-proxy: ${told(programmed)}`,
        '',
      ].join('\n'),
    )
  })

  test.each(Array.from({ length: MOVES }, (_, index) => index + 1))('move %i', async (index) => {
    const { cluster } = story
    story.phase(MOVED)
    const dropping = cluster.onNode(cluster.mapped, 'sh', '-c', UNTIL_DROPPED).then(() => Date.now())
    const moving = cluster.movePod(cluster.others[index % 2] ?? '')
    const decided = await cluster.slices.until('the only endpoint was on an unmapped node', (slices) =>
      isOff(slices, cluster.mapped),
    )
    await moving
    delays.push((await story.blamed('local', 'etp_local')).receivedAt - decided)
    proofs.push((await story.proven('local', 'etp_local')).receivedAt - decided)
    programmed.push((await dropping) - decided)
    await cluster.movePod(cluster.mapped)
    await story.calm()
    expect(story.wrong()).toEqual([])
  })
})

/** Some endpoint serves, and none on the mapped node: kube-proxy drops what comes there. */
function isOff(slices: readonly EndpointSlice[], mapped: string): boolean {
  const endpoints = slices.flatMap((slice) => slice.endpoints ?? [])
  const onMapped = endpoints.filter(({ nodeName }) => nodeName === mapped)
  return (
    endpoints.some(({ conditions }) => conditions.ready !== false) &&
    onMapped.every(({ conditions }) => conditions.ready === false && conditions.serving !== true)
  )
}

const UNTIL_DROPPED =
  'until iptables-save -t filter | grep -q "default/local has no local endpoints"; do sleep 0.05; done'

function told(delays: readonly number[]): string {
  return `${delays.length} moves, p50 ${quantile(delays, 0.5)} ms, worst ${quantile(delays, 1)} ms (${delays.join(', ')})`
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}
