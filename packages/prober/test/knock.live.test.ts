import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { expect, test } from '@jest/globals'
import { realClock as clock } from '@portolan/testing'
import { knock } from '../src/knock.ts'

test.each(['127.0.0.1', '0.0.0.0'])(
  'at %s a few connections are opened, and not a byte is sent',
  async (listenAddress) => {
    const sockets: Socket[] = []
    let bytes = 0
    const server = createServer((socket) => {
      sockets.push(socket.on('error', () => {}).on('data', (chunk) => (bytes += chunk.length)))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const hostPort = (server.address() as AddressInfo).port
    expect(await knock({ listenAddress, hostPort, protocol: 'tcp' }, clock)).toBe(3)
    expect(sockets).toHaveLength(3)
    expect(bytes).toBe(0)
    server.close()
    await once(server, 'close')
  },
)

test('where nobody listens it has tried', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const hostPort = (server.address() as AddressInfo).port
  server.close()
  await once(server, 'close')
  expect(await knock({ listenAddress: '127.0.0.1', hostPort, protocol: 'tcp' }, clock)).toBe(3)
})

test('over UDP nothing is sent', async () => {
  expect(await knock({ listenAddress: '127.0.0.1', hostPort: 9, protocol: 'udp' }, clock)).toBe(0)
})
