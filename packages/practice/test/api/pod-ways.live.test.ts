import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { expect, test } from '@jest/globals'
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
