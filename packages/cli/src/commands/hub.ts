import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createHub, isLoopback, makeToken, readSenders, senderLabels, senderName } from '@portolan/collector'
import { EXIT, PortolanError } from '@portolan/core'
import { createLogger, createMetrics, type Listen, runUntilSignal, systemClock } from '@portolan/runtime'
import type { Command } from 'commander'
import { databaseIn, readStore } from '../database-store.ts'
import type { End } from '../end.ts'
import { makePageKey, readKeyFile } from '../page-key.ts'
import {
  createFaults,
  DEFAULT_LISTEN,
  type Faults,
  METRICS_LISTEN,
  type PageFlags,
  type PageSettings,
  PRIVATE,
  readListen,
  readPageSettings,
  repeated,
  TOKEN_FILE,
} from '../settings.ts'

interface HubFlags extends PageFlags {
  store?: string
  tokens?: string
  addToken?: string
  label: string[]
  listen: string
  ingest: string
}

export interface HubPlan extends PageSettings {
  store: string
  tokens: string
  listen: Listen | null
  ingest: Listen
}

const DEFAULT_INGEST = '127.0.0.1:9465'
const STORE_OF_HUB = 'postgres://USER@HOST/DATABASE of the hub, required (or $PORTOLAN_STORE; password: $PGPASSWORD)'

export function defineHub(command: Command, end: End): void {
  command
    .option('--store <address>', STORE_OF_HUB)
    .option('--tokens <file>', 'the file that lists the senders, with the hashes of their tokens (required)')
    .option(
      '--add-token <name>',
      'create a token for the clusters NAME/..., print it, add its hash to the file, and end',
    )
    .option('--label <name=value>', 'a label for the new token, e.g. team=a; repeatable', repeated, [])
    .option('--listen <address>', 'HOST:PORT of the page and the API, or off', DEFAULT_LISTEN)
    .option('--ingest <address>', 'HOST:PORT where collectors report', DEFAULT_INGEST)
    .option('--metrics-listen <address>', METRICS_LISTEN)
    .option('--private', PRIVATE)
    .option('--token-file <file>', TOKEN_FILE)
    .action(async (flags: HubFlags) => {
      if (flags.addToken !== undefined) process.stdout.write(`${addToken(flags)}\n`)
      else await serve(readHubPlan(flags, process.env))
      end(EXIT.fine)
    })
}

/** Validates all options and reports every fault at once. @throws PortolanError usage */
export function readHubPlan(flags: HubFlags, env: NodeJS.ProcessEnv): HubPlan {
  const faults = createFaults()
  const store = readStore(flags.store, env, faults)
  if (flags.store === undefined && databaseIn(env) === null) faults.add('--store is required, or $PORTOLAN_STORE')
  if (flags.tokens === undefined) faults.add('--tokens is required: make a first one with --add-token NAME')
  const listen = readListen(flags.listen)
  if (listen === undefined) faults.add(`--listen is "${flags.listen}", expected HOST:PORT or off`)
  const ingest = readListen(flags.ingest)
  if (ingest === undefined || ingest === null) faults.add(`--ingest is "${flags.ingest}", expected HOST:PORT`)
  const page = readPageSettings(flags, faults)
  if (page.tokenFile === null && (page.isPrivate || (listen != null && !isLoopback(listen.host))))
    faults.add('--token-file is required where a key is asked for: each replica has to know the same one')
  faults.check('hub')
  return {
    store: store ?? '',
    tokens: flags.tokens ?? '',
    listen: listen ?? null,
    ingest: ingest as Listen,
    ...page,
  }
}

/** @returns the token, which is kept nowhere @throws PortolanError usage, config_invalid */
export function addToken({ tokens: file, addToken: name, label }: HubFlags): string {
  const faults = createFaults()
  if (file === undefined) faults.add('--tokens is required')
  const labels = readLabels(label, faults)
  const named = senderName.safeParse(name)
  if (!named.success) faults.add(`--add-token is "${name}", ${named.error.issues[0]?.message ?? 'expected a name'}`)
  faults.check('hub')
  const path = file ?? ''
  const known = existsSync(path) ? readSenders(path) : []
  const { token, entry } = makeToken(named.data ?? '', labels)
  write(path, [...known, entry])
  return token
}

function readLabels(given: string[], faults: Faults): Record<string, string> {
  const pairs = given.map((text) => {
    const at = text.indexOf('=')
    if (at < 1) faults.add(`--label is "${text}", expected NAME=VALUE`)
    return [text.slice(0, at), text.slice(at + 1)] as const
  })
  const read = senderLabels.safeParse(Object.fromEntries(pairs))
  if (!read.success) faults.add(`--label: ${read.error.issues[0]?.message ?? 'expected NAME=VALUE'}`)
  return read.data ?? {}
}

/** At once: replicas read it meanwhile. */
function write(file: string, entries: object[]): void {
  const draft = `${file}.${process.pid}`
  try {
    writeFileSync(draft, `${JSON.stringify(entries, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    const why = (error as NodeJS.ErrnoException).code ?? String(error)
    throw new PortolanError(
      'config_invalid',
      `${file} cannot be written (${why})`,
      'name a file in a folder of your own',
      error,
    )
  }
}

async function serve(plan: HubPlan): Promise<void> {
  const log = createLogger({ level: process.env.DEBUG === undefined ? 'info' : 'debug', to: 'stdout' })
  // A session that one replica opens is one at the others only where all were given the same key.
  const key = plan.tokenFile === null ? makePageKey() : readKeyFile(plan.tokenFile)
  const { store, tokens, listen, ingest, metricsListen, isPrivate } = plan
  await runUntilSignal(() => {
    const hub = createHub({
      store,
      tokens,
      listen,
      ingest,
      metricsListen,
      access: { keys: [key], isPrivate },
      metrics: createMetrics(),
      clock: systemClock,
      log,
    })
    return {
      stop: hub.stop,
      async start() {
        await hub.start()
        const { address: page, ingestAddress, metricsAddress } = hub
        const urls = { page: page?.url, ingest: ingestAddress?.url, metrics: metricsAddress?.url }
        log.info(urls, 'the hub is ready')
      },
    }
  })
}
