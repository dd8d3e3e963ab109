import { sameClass, type Symptom } from '@portolan/core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import {
  type ClusterUnderTest,
  type PortUnderTest,
  type PracticeCluster,
  SITUATIONS,
  type VantageUnderTest,
} from '../src/index.ts'
import { deployStory, startPractice, underTest } from './practice-under-test.ts'
import { probeOnce } from './probe-once.ts'

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
    const wanted: Record<string, Symptom[]> = {}
    const points: Record<string, { address: string; port: number }> = {}
    for (const [port, vantages] of Object.entries(expected)) {
      for (const [vantage, symptoms] of Object.entries(vantages)) {
        if (vantage !== 'loopback' && practice.notices.length > 0) continue
        const name = `${port} from ${vantage}`
        wanted[name] = symptoms
        points[name] = cluster.address(port as PortUnderTest, vantage as VantageUnderTest)
      }
    }
    const seen = await probeOnce(points, 1500)
    const judged = Object.entries(seen).map(([name, symptom]) => {
      const fits = wanted[name]?.find((one) => sameClass(one, symptom))
      return [name, fits ?? symptom]
    })
    const fitting = Object.entries(wanted).map(([name, symptoms]) => {
      const fits = symptoms.find((one) => sameClass(one, seen[name] ?? 'ok'))
      return [name, fits ?? symptoms.join(' or ')]
    })
    expect(Object.fromEntries(judged)).toEqual(Object.fromEntries(fitting))
  })
})
