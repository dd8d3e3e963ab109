import { createServer } from 'node:net'
import { once } from 'node:events'
import { expect, test } from '@jest/globals'
import { createDropper } from '../../src/network/dropper.ts'
import { createNodeDoor } from '../../src/network/node-door.ts'
import { probeOnce } from '../probe-once.ts'

const onLinux = process.platform === 'linux' ? test : test.skip

onLinux('a port answers, refuses and drops by turns, and is free in the end', async () => {
  const dropper = createDropper()
  const probed = createServer().listen(0, '127.0.0.1')
  await once(probed, 'listening')
  const { port } = probed.address() as { port: number }
  probed.close()
  await once(probed, 'close')
  const failures: unknown[] = []
  const door = createNodeDoor(
    '127.0.0.1',
    port,
    dropper,
    (socket) => socket.end('HTTP/1.1 204 No Content\r\n\r\n'),
    (error) => failures.push(error),
  )
  const seen: unknown[] = []
  for (const mode of ['answer', 'drop', 'reject', 'drop', 'answer', 'drop', 'answer', 'reject'] as const) {
    door.set(mode)
    await door.settled()
    seen.push((await probeOnce({ door: { address: '127.0.0.1', port } }, 300)).door)
  }
  expect(seen).toEqual([
    'ok',
    'connect_timeout',
    'refused',
    'connect_timeout',
    'ok',
    'connect_timeout',
    'ok',
    'refused',
  ])
  expect(failures).toEqual([])
  await dropper.stop()
})
