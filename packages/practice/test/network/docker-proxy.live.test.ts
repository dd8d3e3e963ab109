import { connect } from 'node:net'
import { once } from 'node:events'
import { expect, test } from '@jest/globals'
import { deployStory, startPractice } from '../practice-under-test.ts'

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
