import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect, test } from '@jest/globals'
import { startHttpServer } from '../src/http-server.ts'

test('serves on the port that the system gave, until it is stopped', async () => {
  const server = await startHttpServer((_request, response) => response.end('here'), { host: '127.0.0.1', port: 0 })
  expect(await (await fetch(server.url)).text()).toBe('here')
  await server.stop()
  await expect(fetch(server.url)).rejects.toThrow('fetch failed')
})

test('ends streams that are still open when it is stopped', async () => {
  const server = await startHttpServer((_request, response) => response.write('first'), { host: '127.0.0.1', port: 0 })
  const reader = (await fetch(server.url)).body?.getReader()
  await reader?.read()
  await server.stop()
  await expect(reader?.read()).rejects.toThrow('terminated')
})

test('a port that is taken is named, with what to do', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as { port: number }
  await expect(startHttpServer(() => {}, { host: '127.0.0.1', port })).rejects.toMatchObject({
    code: 'port_in_use',
    message: `port ${port} on 127.0.0.1 is taken by another process`,
    hint: expect.stringContaining('choose another port'),
  })
  other.close()
})

test('an address that is not of this machine is named', async () => {
  await expect(startHttpServer(() => {}, { host: '192.0.2.1', port: 0 })).rejects.toMatchObject({
    code: 'config_invalid',
    message: '192.0.2.1 is no address of this machine',
  })
})
