import { realpathSync, statSync } from 'node:fs'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { EXIT, PortolanError, printable } from '@portolan/core'
import { systemClock } from '@portolan/runtime'
import type { Command } from 'commander'
import type { End } from '../end.ts'
import { createPortolanServer } from '../mcp/server.ts'
import { NO_WITNESS } from '../settings.ts'
import { untilStopped } from '../until-stopped.ts'

interface McpFlags {
  root: string
  witness?: boolean
}

/** Nothing that a tool takes is as long. */
const LONGEST_MESSAGE = 1024 * 1024

export function defineMcp(command: Command, end: End): void {
  command
    .option('--root <folder>', 'the tool check reads only files and folders below this one', '.')
    .option('--no-witness', NO_WITNESS)
    .action(async ({ root, witness }: McpFlags) => {
      await serve(readRoot(root), witness !== false)
      end(EXIT.fine)
    })
}

/** Until the client ends its side, or the system asks to stop. Nothing but the protocol goes to standard output. */
async function serve(root: string, asksPods: boolean): Promise<void> {
  process.chdir(root) // What check says of files is as seen from there.
  const over = new AbortController()
  const server = createPortolanServer({ env: process.env, clock: systemClock, root, asksPods }, over.signal)
  const stopped = untilStopped(systemClock, null)
  const { promise: left, resolve: leave } = Promise.withResolvers<void>()
  server.server.onclose = leave
  server.server.onerror = (error) => process.stderr.write(`portolan: ${printable(error.message)}\n`)
  process.stdin.once('end', leave)
  process.stdin.once('close', leave)
  try {
    await server.connect(new StdioServerTransport(process.stdin, process.stdout, { maxBufferSize: LONGEST_MESSAGE }))
    process.stderr.write(`Answering on standard input and output; check reads below ${printable(root)}.\n`)
    await Promise.race([stopped.promise, left])
  } finally {
    over.abort()
    stopped.cancel()
    await server.close()
  }
}

/** @throws PortolanError usage */
function readRoot(root: string): string {
  try {
    const real = realpathSync(root)
    if (statSync(real).isDirectory()) return real
  } catch {
    // There is no such folder.
  }
  throw new PortolanError(
    'usage',
    `--root is "${root}", expected a folder that exists`,
    'portolan mcp --help lists the options',
  )
}
