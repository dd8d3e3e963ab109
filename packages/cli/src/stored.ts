import { join } from 'node:path'
import { type DamagedRow, openStoreReader, shownStore, type StoreReader } from '@portolan/collector'
import type { TargetView } from '@portolan/core'
import { databaseIn } from './database-store.ts'
import { isNamed, readPortName } from './port-name.ts'
import { keptRoutes, routesCalled } from './route-name.ts'
import { sayDemo } from './running/asked.ts'
import type { Running } from './running/entry.ts'
import { findRunning } from './running/folder.ts'
import { stateFolderToRead } from './state-folder.ts'

/** Which store is meant. */
export interface StoreChoice {
  /** The folder that was asked for; undefined: whichever Portolan runs. */
  state?: string | undefined
  /** Whether the store has what was asked for: of several that may be meant the first one that has it is read. */
  has?(store: StoreReader): Promise<boolean>
}

/** A store that is read, and who keeps it. */
interface Opened {
  store: StoreReader
  folder: string
  file: string
  damaged: Map<string, DamagedRow>
  /** null: nobody does now. */
  running: Running | null
}

/**
 * Reads what a Portolan keeps, also while it runs. Where no folder was asked for, that is the database of this user if
 * there is one, else the watch that runs, else the demo that runs, else what the last watch left. Damaged rows are left out and named on standard error.
 *
 * @throws PortolanError store_unusable when there is nothing
 */
export async function withStore<T>(
  choice: StoreChoice,
  read: (store: StoreReader, opened: Pick<Opened, 'running' | 'folder'>) => Promise<T>,
): Promise<T> {
  const opened = await choose(choice)
  const { store, running, file, damaged } = opened
  try {
    if (running?.kind === 'demo') sayDemo(running)
    return await read(store, opened)
  } finally {
    store.close()
    if (damaged.size > 0) process.stderr.write(`portolan: ${damageText(file, [...damaged.values()])}\n`)
  }
}

/** The first that has what was asked for; where none has it, the first that can be read says so. */
async function choose({ state, has = async () => true }: StoreChoice): Promise<Opened> {
  if (state !== undefined) return open(stateFolderToRead(state, process.env), null)
  const database = databaseIn(process.env)
  if (database !== null) return open(stateFolderToRead(undefined, process.env), null, database)
  const places = [
    ...findRunning(process.env).map((one) => () => open(one.state, one)),
    () => open(stateFolderToRead(undefined, process.env), null),
  ]
  const lacking: Opened[] = []
  const faults: unknown[] = []
  for (const place of places) {
    try {
      const opened = place()
      if (await has(opened.store)) return opened
      lacking.push(opened)
    } catch (error) {
      faults.push(error)
    }
  }
  const [first, ...others] = lacking
  for (const { store } of others) store.close()
  if (first === undefined) throw faults[0]
  return first
}

function open(folder: string, running: Running | null, place = join(folder, 'portolan.db')): Opened {
  const damaged = new Map<string, DamagedRow>()
  const store = openStoreReader(place, (row) => damaged.set(`${row.table} ${row.id}`, row))
  return { store, folder, file: shownStore(place), damaged, running }
}

/** Whether a store has every port or route of these, named as people do. */
export async function hasPorts(store: StoreReader, names: readonly string[]): Promise<boolean> {
  const views = await store.views()
  const targets = views.flatMap(({ explanations }) => explanations.map(({ target }) => target))
  const routes = keptRoutes(views).map(({ route }) => route)
  return names.every((text) => {
    const name = readPortName(text)
    return targets.some((target) => isNamed(name, target)) || routesCalled(routes, text).length > 0
  })
}

const MOST_NAMED = 5

function damageText(file: string, rows: DamagedRow[]): string {
  const named = rows.slice(0, MOST_NAMED).map(({ table, id, why }) => `\n  ${table} ${id}: ${why}`)
  const more = rows.length > MOST_NAMED ? `\n  and ${rows.length - MOST_NAMED} more` : ''
  const count = rows.length === 1 ? 'One row' : `${rows.length} rows`
  return `${count} of ${file} cannot be read and ${rows.length === 1 ? 'is' : 'are'} left out:${named.join('')}${more}`
}

/** A watch says at least so often that it still looks, ms, with room for a busy machine. */
const LOOKS_MS = 30_000

/** What was seen last. */
export interface LastSeen {
  ports: TargetView[]
  /** The clusters that nobody looks at any more, and when they were looked at last: what was open then may be over since. */
  looks: ReadonlyMap<string, number>
}

export async function lastSeen(store: StoreReader, now: number): Promise<LastSeen> {
  const views = await store.views()
  return {
    ports: views.flatMap(({ explanations }) => explanations.map(({ target }) => target)),
    looks: new Map(views.flatMap(({ cluster, lastAt }) => (now - lastAt < LOOKS_MS ? [] : [[cluster, lastAt]]))),
  }
}
