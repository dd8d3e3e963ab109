import { execFileSync, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { connect, createServer } from 'node:net'
import { expect, test } from '@jest/globals'

test.each<[string, () => unknown]>([
  ['starts a process', () => spawn('true')],
  ['starts a process and waits for it', () => execFileSync('true')],
  ['connects', () => connect(1, '127.0.0.1')],
  ['listens', () => createServer().listen(0, '127.0.0.1')],
  ['sends datagrams', () => createSocket('udp4').send('x', 1, '127.0.0.1')],
])('a suite without .live in its name that %s hears what to call it', (_, run) => {
  expect(run).toThrow('NAME.live.test.ts')
})

test('nor does it reach anything over HTTP', async () => {
  const failure = await fetch('http://127.0.0.1:65000').catch((error: unknown) => error)
  expect(String((failure as Error).cause)).toContain('NAME.live.test.ts')
})
