import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHub, type Hub, type HubLink, makeToken } from '@portolan/collector'
import { startPostgres } from '@portolan/postgres'
import { createFakeClock, type FakeClock, silentLog } from '@portolan/testing'

/** Replicas of one hub, on a real database and free ports. */
export interface HubOfFleets {
  clock: FakeClock
  /** The page of each replica. */
  pages: string[]
  /** What a collector needs to report to the first replica. */
  linkOf(sender: string): HubLink
  stop(): Promise<void>
}

export const KEY = 'a-key-of-the-page-tests'

/** @param senders the labels of each, by its name @param isPrivate reading asks for `KEY` as well */
export async function startHubOfFleets(
  senders: Record<string, Record<string, string>>,
  isPrivate = false,
): Promise<HubOfFleets> {
  const clock = createFakeClock()
  const postgres = await startPostgres()
  const folder = mkdtempSync(join(tmpdir(), 'portolan-hub-page-'))
  const made = Object.entries(senders).map(([name, labels]) => makeToken(name, labels))
  const tokens = join(folder, 'tokens.json')
  writeFileSync(tokens, JSON.stringify(made.map(({ entry }) => entry)))
  const local = { host: '127.0.0.1', port: 0 }
  const hubs: Hub[] = []
  for (let replica = 0; replica < 2; replica += 1) {
    const hub = createHub({
      store: postgres.url(),
      tokens,
      listen: local,
      ingest: local,
      metricsListen: null,
      access: { keys: [KEY], isPrivate },
      clock,
      log: silentLog,
    })
    await hub.start()
    hubs.push(hub)
  }
  return {
    clock,
    pages: hubs.map(({ address }) => address?.url ?? ''),
    linkOf(sender) {
      const token = made.find(({ entry }) => entry.name === sender)?.token ?? ''
      return {
        url: new URL(hubs[0]?.ingestAddress?.url ?? ''),
        token: () => token,
        source: 'collector/test',
        spool: null,
      }
    },
    async stop() {
      for (const hub of hubs) await hub.stop()
      await postgres.remove()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
