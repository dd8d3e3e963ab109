import { writeFileSync } from 'node:fs'
import type { Clock } from '@portolan/core'
import { createRecordedLog, type FakeClock } from '@portolan/testing'
import { systemClock } from '@portolan/runtime'
import { createHub, type Hub, type HubLink, makeToken } from '../../src/index.ts'

export interface RunningHub {
  hub: Hub
  get(path: string): Promise<{ status: number; body: any }>
}

export const HUB_KEY = 'a-key-of-the-hub-tests'

/** Writes the file of senders. @returns their tokens */
export function writeTokens(file: string, names: string[]): Map<string, string> {
  const made = names.map((name) => makeToken(name, { team: name }))
  writeFileSync(file, JSON.stringify(made.map(({ entry }) => entry)))
  return new Map(made.map(({ token, entry }) => [entry.name, token]))
}

/** A replica on free ports. */
export async function startHub(options: {
  store: string
  tokens: string
  clock?: Clock
  ingestPort?: number
}): Promise<RunningHub> {
  const local = { host: '127.0.0.1', port: 0 }
  const hub = createHub({
    store: options.store,
    tokens: options.tokens,
    listen: local,
    ingest: { ...local, port: options.ingestPort ?? 0 },
    metricsListen: null,
    access: { keys: [HUB_KEY], isPrivate: false },
    clock: options.clock ?? systemClock,
    log: createRecordedLog(),
  })
  await hub.start()
  return {
    hub,
    async get(path) {
      const answer = await fetch(`${hub.address?.url}${path}`)
      const text = await answer.text()
      return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : text }
    },
  }
}

export function linkTo(url: string, token: string, spool: string | null = null): HubLink {
  return { url: new URL(url), token: () => token, source: 'collector/test', spool }
}

/** Asks until the answer is the one that is waited for; time goes on meanwhile. */
export async function until<T>(ask: () => Promise<T>, isIt: (answer: T) => boolean, clock: FakeClock): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (isIt(answer)) return answer
    await clock.pass(100)
  }
}
