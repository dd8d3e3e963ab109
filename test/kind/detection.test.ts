import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { openStory, type Story } from './harness/story.ts'
import type { EndpointSlice } from './harness/story-cluster.ts'
import { MOVED } from './harness/verdicts.ts'

const MOVES = 12

/**
 * How long it takes from the receipt, on a watch of the test's own, of the first EndpointSlice that makes etp_local true
 * to the line that says so, proven.
 */
describe('detection on a real kind cluster', () => {
  let story: Story
  const delays: number[] = []

  beforeAll(async () => {
    story = await openStory()
  })
  afterAll(async () => {
    await story[Symbol.asyncDispose]()
    const [middle, worst] = [quantile(delays, 0.5), quantile(delays, 1)]
    process.stdout.write(
      `Detection: ${delays.length} moves, p50 ${middle} ms, worst ${worst} ms (${delays.join(', ')})\n`,
    )
  })

  test.each(Array.from({ length: MOVES }, (_, index) => index + 1))('move %i', async (index) => {
    const { cluster } = story
    story.phase(MOVED)
    const moving = cluster.movePod(cluster.others[index % 2] ?? '')
    const decided = await cluster.slices.until('the only endpoint was on an unmapped node', (slices) =>
      isOff(slices, cluster.mapped),
    )
    await moving
    const incident = await story.proven('local', 'etp_local')
    delays.push(incident.receivedAt - decided)
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

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}
