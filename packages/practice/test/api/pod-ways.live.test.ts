import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { WebSocket } from 'ws'
import { deployStory, startPractice } from '../practice-under-test.ts'
import { createClient } from './client.ts'

test('clients that reset their port-forwards leave the cluster as it was', async () => {
  await using cluster = await startPractice()
  deployStory(cluster)
  await cluster.settled()
  const port = Number(/https?:\/\/127\.0\.0\.1:(\d+)/.exec(readFileSync(cluster.kubeconfig, 'utf8'))?.[1])
  for (const name of [...Array(8).fill(cluster.pods('app')[0]?.name), 'nobody']) {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write(
      [
        `GET /api/v1/namespaces/default/pods/${name}/portforward?ports=8080 HTTP/1.1`,
        'Host: practice',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==',
        'Sec-WebSocket-Protocol: v4.channel.k8s.io',
        '\r\n',
      ].join('\r\n'),
    )
    await once(socket, 'data')
    socket.resetAndDestroy()
    await once(socket, 'close')
  }
  const client = await createClient(cluster)
  expect((await client.call('GET', '/api/v1/namespaces/default/pods')).status).toBe(200)
})

test('a forward to a pod whose container does not run yet is not refused: it hears that nothing runs', async () => {
  await using cluster = await startPractice({ startMs: 600_000 })
  deployStory(cluster)
  while ((cluster.pods('app')[0]?.node ?? null) === null) await setTimeout(5)
  const server = /https?:\/\/127\.0\.0\.1:\d+/
    .exec(readFileSync(cluster.kubeconfig, 'utf8'))?.[0]
    ?.replace('http', 'ws')
  const path = `/api/v1/namespaces/default/pods/${cluster.pods('app')[0]?.name}/portforward?ports=8080`
  const socket = new WebSocket(`${server}${path}`, 'v4.channel.k8s.io')
  const said: string[] = []
  socket.on('message', (message: Buffer) => said.push(message.subarray(1).toString()))
  await once(socket, 'close')
  expect(said.at(-1)).toBe('error forwarding port 8080: sandbox is not running')
})
