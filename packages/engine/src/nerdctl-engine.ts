import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import type { Clock } from '@portolan/core'
import * as z from 'zod'
import type { Engine, EngineEvent } from './engine.ts'
import { isDesktop } from './engine-info.ts'
import { messageOf } from './failure.ts'
import { readLines } from './lines.ts'
import { readNerdctlEvent } from './nerdctl-event.ts'
import { type InspectedContainer, inspectedContainer } from './inspected.ts'
import { readNode } from './node-container.ts'
import { labelFilter, PROVIDERS } from './providers/index.ts'
import { readReply } from './reply.ts'

const run = promisify(execFile)

/** containerd through `nerdctl` (or finch): it has no API of its own. Rejects with ENOENT where the command is missing. */
export function createNerdctlEngine(options: {
  command: string
  env: NodeJS.ProcessEnv
  clock: Clock
  platform: NodeJS.Platform
}): Engine {
  const { command, env, clock, platform } = options

  async function ask(args: string[], signal: AbortSignal): Promise<string> {
    const { stdout } = await run(command, args, { env, signal, maxBuffer: 64 << 20 })
    return stdout
  }

  /** null for one that was removed since it was listed. */
  async function inspect(id: string, signal: AbortSignal): Promise<InspectedContainer | null> {
    try {
      const inspected = readReply(inspectReply, await ask(['inspect', id], signal), `${command} inspect`)
      return inspected[0] ?? null
    } catch (error) {
      if (/no such (object|container)/i.test(messageOf(error))) return null
      throw error
    }
  }

  return {
    async describe(signal) {
      const info = readReply(infoReply, await ask(['info', '--format', '{{json .}}'], signal), `${command} info`)
      const operatingSystem = info.OperatingSystem ?? 'unknown'
      return {
        info: {
          kind: 'nerdctl',
          version: info.ServerVersion ?? 'unknown',
          operatingSystem,
          desktop: platform === 'darwin' || isDesktop(operatingSystem, command, platform),
          endpoint: command,
        },
        now: null,
      }
    },

    async listNodes(signal) {
      const lists = await Promise.all(
        PROVIDERS.map((provider) =>
          ask(
            ['ps', '--all', '--no-trunc', '--filter', `label=${labelFilter(provider)}`, '--format', '{{json .}}'],
            signal,
          ),
        ),
      )
      const ids = lists
        .flatMap((listed) => listed.split('\n'))
        .flatMap((line) => (line.trim() === '' ? [] : readReply(listedContainer, line, `${command} ps`).ID))
      const inspected = await Promise.all([...new Set(ids)].map((id) => inspect(id, signal)))
      return inspected.flatMap((one) => (one === null ? [] : (readNode(one) ?? [])))
    },

    async events(_since, signal) {
      const child = spawn(command, ['events', '--format', '{{json .}}'], {
        env,
        signal,
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      await once(child, 'spawn')
      child.on('error', () => {}) // the abort, which ends the output as well
      await new Promise<void>((resolve) => clock.after(SUBSCRIBE_MS, resolve))
      return readEvents(child.stdout)
    },

    async run({ container, words, mostBytes }, signal) {
      try {
        const { stdout, stderr } = await run(command, ['exec', container, ...words], {
          env,
          signal,
          maxBuffer: mostBytes,
        })
        return { exitCode: 0, output: stdout, complaint: stderr }
      } catch (error) {
        const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string }
        if (typeof code !== 'number') throw error
        return { exitCode: code, output: stdout, complaint: stderr }
      }
    },

    readFile: async () => null,

    close: async () => {},
  }
}

/** nerdctl does not tell when it has subscribed to containerd's events. */
const SUBSCRIBE_MS = 300

const infoReply = z.object({ ServerVersion: z.string().optional(), OperatingSystem: z.string().optional() })
const listedContainer = z.object({ ID: z.string().min(1) })
const inspectReply = z.array(inspectedContainer)

async function* readEvents(output: AsyncIterable<Uint8Array>): AsyncGenerator<EngineEvent> {
  for await (const line of readLines(output)) {
    const event = readNerdctlEvent(line)
    if (event !== null) yield event
  }
}
