import { userInfo } from 'node:os'
import { readDuration } from '@portolan/base'
import type { StoreReader } from '@portolan/collector'
import { EXIT, isPortTarget, PortolanError, withoutKind } from '@portolan/core'
import { systemClock } from '@portolan/runtime'
import { type NoteDocument, problemDocument } from '@portolan/wire'
import type { Command } from 'commander'
import type { End } from '../end.ts'
import { portsCalled } from '../one-port.ts'
import { findPageKey } from '../page-key.ts'
import { hasKey, sessionForOneRequest } from '../page-session.ts'
import { readPortName } from '../port-name.ts'
import { dateText } from '../render/words.ts'
import { createFaults, repeated, STATE_OF_READERS } from '../settings.ts'
import { hasPorts, withStore } from '../stored.ts'

interface NoteFlags {
  port?: string[]
  cluster?: string
  for: string
  state?: string
}

export function defineNote(command: Command, end: End): void {
  command
    .option('--port <port>', 'a port that the note is about; repeatable', repeated)
    .option('--cluster <name>', 'only this cluster (default: all)')
    .option('--for <duration>', 'how long the note applies, from now', '30m')
    .option('--state <folder>', STATE_OF_READERS)
    .action(async (text: string, flags: NoteFlags) => {
      const faults = createFaults()
      const forMs = readDuration(flags.for)
      if (forMs === null) faults.add(`--for is "${flags.for}", expected a duration, e.g. 30m or 24h`)
      const { port: ports = [] } = flags
      const targets = ports.map((port) => (/^(host|node|lb):/.test(port) ? port : `host:${port}`))
      for (const target of targets) {
        if (!isPortTarget(target))
          faults.add(
            `--port is "${withoutKind(target)}", expected a port, e.g. 30080, node:worker:30080 or lb:172.18.0.240:80`,
          )
      }
      faults.check('note')
      const from = systemClock.now()
      const note = await post(await findWriter(flags), {
        text,
        targets,
        cluster: flags.cluster ?? null,
        from: new Date(from).toISOString(),
        to: new Date(from + (forMs ?? 0)).toISOString(),
        ...author(),
      })
      const whom = note.targets.length === 0 ? '' : `; ${ports.join(', ')} will not page meanwhile`
      process.stdout.write(`Noted until ${dateText(Date.parse(note.to))}${whom}.\n`)
      end(EXIT.fine)
    })
}

/** The account that runs this; in a container it may have no name. */
function author(): { author?: string } {
  try {
    return { author: userInfo().username.slice(0, 100) }
  } catch {
    return {}
  }
}

const NOT_RUNNING = 'start portolan watch (or portolan start) with --listen: it keeps the notes'

/** Only the process that watches writes into the store. @throws PortolanError usage where a port is not watched */
async function findWriter({ state, port = [], cluster }: NoteFlags): Promise<{ url: string; key: string | null }> {
  const has = (store: StoreReader) => hasPorts(store, port)
  return withStore({ state, has }, async (store, { folder }) => {
    const url = (await store.writer())?.url
    if (url == null) throw new PortolanError('collector_away', 'no Portolan runs that could take the note', NOT_RUNNING)
    const watched = (await store.views()).flatMap(({ explanations }) => explanations.map(({ target }) => target))
    const meant = watched.filter((target) => cluster === undefined || target.cluster === cluster)
    for (const name of port) portsCalled(meant, readPortName(name))
    return { url, key: findPageKey(folder) }
  })
}

/** @throws PortolanError collector_away also where another program has the port: it is shown nothing */
async function post(
  { url, key }: { url: string; key: string | null },
  note: Record<string, unknown>,
): Promise<NoteDocument> {
  function away(error: unknown): never {
    throw new PortolanError('collector_away', `no Portolan answers at ${url} to take the note`, NOT_RUNNING, error)
  }
  if (key === null || !(await hasKey(url, key).catch(away))) {
    const what = `another program answers at ${url}, or a Portolan that cannot read the key of its state folder`
    throw new PortolanError('collector_away', `${what}: the note was not sent`, NOT_RUNNING)
  }
  const session = sessionForOneRequest(key, systemClock.now())
  const response = await fetch(`${url}/api/v1/notes`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${session}` },
    body: JSON.stringify(note),
  }).catch(away)
  const answer: unknown = await response.json()
  if (response.ok) return answer as NoteDocument
  const { detail = response.statusText } = problemDocument.parse(answer)
  if (response.status === 503)
    throw new PortolanError(
      'store_unusable',
      `the note was not taken: ${detail}`,
      'write the note again when that is fixed',
    )
  throw new PortolanError('usage', `the note was not taken: ${detail}`, 'portolan note --help lists the options')
}
