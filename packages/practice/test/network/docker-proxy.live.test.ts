import { connect } from 'node:net'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { realClock as clock } from '@portolan/testing'
import { createPracticeCluster } from '../../src/index.ts'
import { deployStory, FAST, startPractice } from '../practice-under-test.ts'

test('what was said into the silence is answered when the path heals before the client gives up', async () => {
  await using cluster = await startPractice()
  deployStory(cluster)
  cluster.pin('app', 'p-worker2')
  await cluster.settled()
  cluster.breakPath('p-worker', 'p-worker2')
  const socket = connect(cluster.hostPort(30081), '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  await once(socket, 'connect')
  cluster.healPath('p-worker', 'p-worker2')
  const [answer] = (await once(socket, 'data')) as [Buffer]
  expect(answer.toString()).toContain('on p-worker2')
})

test('two demos that are started at the same moment both run: the second one gets free host ports, and says so', async () => {
  await using first = await startPractice()
  const hostPort = first.hostPort(30080)
  const folder = await mkdtemp(join(tmpdir(), 'practice-'))
  const second = createPracticeCluster({
    name: 'q',
    folder,
    clock,
    random: Math.random,
    nodes: [{ role: 'control-plane' }, { role: 'worker', ports: [{ containerPort: 30080, hostPort }] }],
    orAnyHostPort: true,
    delays: FAST,
  })
  await second.start()
  const other = second.hostPort(30080)
  expect(other).not.toBe(hostPort)
  expect(second.notices).toEqual([
    `Host port ${hostPort} is in use on this machine: port ${other} is mapped to 30080 instead.`,
  ])
  await second.stopNode('q-worker')
  await second.startNode('q-worker')
  expect(second.hostPort(30080)).toBe(other)
  await second.stop()
  await rm(folder, { recursive: true })
})

test('a host port that is taken is named', async () => {
  await using cluster = await startPractice()
  const port = cluster.hostPort(30080)
  await cluster.stopNode('p-worker')
  const { createServer } = await import('node:net')
  const other = createServer().listen(port, '127.0.0.1')
  await once(other, 'listening')
  await expect(cluster.startNode('p-worker')).rejects.toMatchObject({ code: 'port_in_use' })
  other.close()
})
