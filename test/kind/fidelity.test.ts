import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { type ClusterUnderTest, SITUATIONS } from '@portolan/practice'
import { see } from '../../packages/practice/test/see.ts'
import { underTest } from './harness/cluster-under-test.ts'
import { openStoryCluster, type StoryCluster } from './harness/story-cluster.ts'

/** The table that the practice cluster is held to, on a cluster that is real. */
describe('a real kind cluster shows what the practice cluster shows, when', () => {
  let story: StoryCluster
  let cluster: ClusterUnderTest

  beforeAll(async () => {
    story = await openStoryCluster()
    await story.reset()
    cluster = underTest(story)
  })
  afterEach(() => cluster.restore())
  afterAll(async () => {
    await story[Symbol.asyncDispose]()
  })

  test.each(SITUATIONS)('$name', async ({ arrange, expected }) => {
    await arrange(cluster)
    const { seen, wanted } = await see(cluster, expected, ['loopback', 'mapped node', 'other node'])
    expect(seen).toEqual(wanted)
  })
})
