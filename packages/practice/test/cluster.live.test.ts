import { setImmediate } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { deployStory, startPractice } from './practice-under-test.ts'
import { probeOnce } from './probe-once.ts'

/** Nodes have addresses of their own there. */
const onLinux = process.platform === 'linux' ? test : test.skip

onLinux('nothing listens after a stop, though things change until the end', async () => {
  await using cluster = await startPractice()
  deployStory(cluster)
  await cluster.settled()
  const nodes = cluster.nodes()
  const points = Object.fromEntries(nodes.map(({ name, address }) => [name, { address, port: 30081 }]))
  let over = false
  const stopped = cluster.stop().then(() => {
    over = true
  })
  while (!over) {
    cluster.breakPath('p-worker', 'p-worker2')
    cluster.healPath('p-worker', 'p-worker2')
    await setImmediate()
  }
  await stopped
  expect(await probeOnce(points, 300)).toEqual(Object.fromEntries(nodes.map(({ name }) => [name, 'refused'])))
})
