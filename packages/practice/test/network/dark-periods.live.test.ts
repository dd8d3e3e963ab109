import { expect, test } from '@jest/globals'
import { deployStory, startPractice } from '../practice-under-test.ts'

test('a dark period begins and ends with the data plane, and knows what was wrong', async () => {
  await using cluster = await startPractice()
  deployStory(cluster)
  cluster.pin('app', 'p-worker')
  await cluster.settled()
  const port = cluster.hostPort(30080)
  const before = cluster.darkPeriods(port).length
  cluster.pin('app', 'p-worker2')
  await cluster.settled()
  cluster.pin('app', 'p-worker')
  await cluster.settled()
  const [period, ...more] = cluster.darkPeriods(port).slice(before)
  expect(more).toEqual([])
  expect(period?.until).toBeGreaterThan(period?.from ?? Number.POSITIVE_INFINITY)
  expect(period?.reasons.map((reason) => reason.why)).toContain('etp_local')
  expect(cluster.darkPeriods(cluster.hostPort(8000)).at(-1)?.reasons.at(-1)?.why).not.toBe('etp_local')
})
