import { hash, randomBytes } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { type Log, PortolanError } from '@portolan/core'
import * as z from 'zod'
import type { Labels } from '../store/postgres/hub-store.ts'

/** Who may send to a hub. Its clusters are called `NAME/CLUSTER` there: it can speak for no other's. */
export interface Sender {
  name: string
  labels: Labels
}

/** Knows senders by their tokens, of which the file holds the hashes alone. */
export interface HubTokens {
  /** null: nobody has this token. */
  find(token: string): Sender | null
}

const NAME = /^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$/
const LABEL = /^[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?$/
const MOST_SENDERS = 10_000
/** A file that is written anew, as Kubernetes does with a Secret, is read again. */
const LOOK_MS = 5000

export const senderName = z.string().regex(NAME, 'expected a name such as team-a')

export const senderLabels = z
  .record(z.string().regex(LABEL, 'expected a label'), z.string().regex(LABEL, 'expected the value of a label'))
  .refine((labels) => Object.keys(labels).length <= 20, 'expected at most 20 labels')

const senders = z
  .array(
    z.strictObject({
      name: senderName,
      sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected the SHA-256 of a token, in hexadecimal'),
      labels: senderLabels.default({}),
    }),
  )
  .max(MOST_SENDERS)

export type SenderEntry = z.infer<typeof senders>[number]

/** @throws {PortolanError} config_invalid, naming every fault */
export function readSenders(file: string): SenderEntry[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error)
    throw invalid(file, `cannot be read (${why})`, error)
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw invalid(file, 'is not JSON', error)
  }
  const read = senders.safeParse(value)
  if (!read.success) {
    const faults = read.error.issues.slice(0, 10).map(({ path, message }) => `${path.join('.')}: ${message}`)
    throw invalid(file, faults.join('; '), read.error)
  }
  return read.data
}

function invalid(file: string, why: string, cause: unknown): PortolanError {
  return new PortolanError(
    'config_invalid',
    `the file of tokens ${file}: ${why}`,
    'add a sender to it: portolan hub --tokens FILE --add-token NAME',
    cause,
  )
}

/** @throws {PortolanError} config_invalid where the file has a fault at the start; one that it gets later is logged */
export function createHubTokens(file: string, clock: { monotonic(): number }, log: Log): HubTokens {
  let known = indexOf(readSenders(file))
  let lookedAt = clock.monotonic()
  let seen = stampOf(file)

  function look(): void {
    const now = clock.monotonic()
    if (now - lookedAt < LOOK_MS) return
    lookedAt = now
    const stamp = stampOf(file)
    if (stamp === seen) return
    seen = stamp
    try {
      known = indexOf(readSenders(file))
      log.info({ senders: known.size }, 'the tokens were read again')
    } catch (error) {
      log.error({ err: error }, 'the file of tokens is not valid: the tokens that were read before still count')
    }
  }

  return {
    find(token) {
      look()
      return known.get(hash('sha256', token)) ?? null
    },
  }
}

function indexOf(entries: SenderEntry[]): Map<string, Sender> {
  return new Map(entries.map(({ sha256, name, labels }) => [sha256, { name, labels }]))
}

/** Another one where the file may be another one. */
function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false })
  return stat === undefined ? '' : `${stat.mtimeMs} ${stat.ino} ${stat.size}`
}

/** A new token, and what the file is to hold of it. */
export function makeToken(name: string, labels: Labels): { token: string; entry: SenderEntry } {
  const token = `portolan-${randomBytes(32).toString('base64url')}`
  return { token, entry: { name, sha256: hash('sha256', token), labels } }
}
