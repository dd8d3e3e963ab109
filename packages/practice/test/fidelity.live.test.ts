import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { type ClusterUnderTest, type PracticeCluster, SITUATIONS } from '../src/index.ts'
import { deployStory, startPractice, underTest } from './practice-under-test.ts'
import { see } from './see.ts'

const EVERYWHERE = ['loopback', 'mapped node', 'other node'] as const

describe('the practice cluster shows what a real one shows, when', () => {
  let practice: PracticeCluster & AsyncDisposable
  let cluster: ClusterUnderTest

  beforeAll(async () => {
    practice = await startPractice()
    deployStory(practice)
    cluster = underTest(practice)
  })
  afterEach(() => cluster.restore())
  afterAll(async () => {
    await practice[Symbol.asyncDispose]()
  })

  test.each(SITUATIONS)('$name', async ({ arrange, expected }) => {
    await arrange(cluster)
    const { seen, wanted } = await see(cluster, expected, practice.notices.length > 0 ? ['loopback'] : EVERYWHERE)
    expect(seen).toEqual(wanted)
  })
})
