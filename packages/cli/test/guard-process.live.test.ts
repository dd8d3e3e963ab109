import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'

const GUARD = pathToFileURL(join(import.meta.dirname, '../src/guard-process.ts')).href
const LENGTH = 1_000_000

/** Says much, leaves a server open that would keep it there, and leaves. */
const PROGRAM = `
import { createServer } from 'node:net'
const { leave } = await import(${JSON.stringify(GUARD)})
createServer().listen(0, '127.0.0.1')
process.stdout.write('x'.repeat(${LENGTH}))
await leave(1)`

test('who leaves is not held back by what is open, and all that was said arrives', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  // Nobody reads until the pipe is full.
  await once(child.stdout, 'readable')
  let length = 0
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    length += text.length
  })
  const [code] = await closed
  expect({ code, length }).toEqual({ code: 1, length: LENGTH })
}, 30_000)
