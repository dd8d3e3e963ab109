import { isDeepStrictEqual } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { type ClusterUnderTest, SITUATIONS } from '@portolan/practice'
import { see } from '../../packages/practice/test/see.ts'
import { underTest } from './harness/cluster-under-test.ts'
import { openStoryCluster, type StoryCluster } from './harness/story-cluster.ts'

/** A single probe may be lost on a busy machine: what is seen has to hold in one of so many looks. */
const LOOKS = 3

/** The table that the practice cluster is held to, on a cluster that is real. */
describe('a real kind cluster shows what the practice cluster shows, when', () => {
  let story: StoryCluster
  let cluster: ClusterUnderTest

  beforeAll(async () => {
    story = await openStoryCluster()
    await limitRejections(0)
    await story.reset()
    cluster = underTest(story)
  })
  afterEach(() => cluster.restore())
  afterAll(async () => {
    await limitRejections(1000)
    await story[Symbol.asyncDispose]()
  })

  /**
   * Linux answers a client's rejected packets once in so many ms (0: always), and each dial that a probe has left behind
   * in docker-proxy asks as well: what a single probe sees of a rejection would be chance.
   */
  async function limitRejections(everyMs: number): Promise<void> {
    const set = `echo ${everyMs} > /proc/sys/net/ipv4/icmp_ratelimit`
    await Promise.all([story.mapped, ...story.others].map((node) => story.onNode(node, 'sh', '-c', set)))
  }

  const look = (expected: (typeof SITUATIONS)[number]['expected']) =>
    see(cluster, expected, ['loopback', 'mapped node', 'other node'])

  test.each(SITUATIONS)('$name', async ({ arrange, expected }) => {
    await arrange(cluster)
    let last = await look(expected)
    for (let again = 1; again < LOOKS && !isDeepStrictEqual(last.seen, last.wanted); again += 1)
      last = await look(expected)
    expect(last.seen).toEqual(last.wanted)
  })
})
