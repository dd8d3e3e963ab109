import { randomBytes } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PageAccess } from '@portolan/collector'
import { PortolanError } from '@portolan/core'

const READABLE_BY_OTHERS = 0o077
/** A key that somebody chose has to be as hard to guess as that is long. */
const SHORTEST_KEY = 16
const LONGEST_KEY = 1024

/** Which keys let in at the page: the one that somebody chose, and for other commands of this user the one of the folder. */
export function pageKeys(state: string, chosen: string | null): PageAccess['keys'] {
  const own = keepPageKey(state)
  return chosen === null ? [own] : [chosen, own]
}

/** The address of a view that lets in who opens it. */
export function pageToOpen(view: string, key: string): string {
  return `${view}#key=${encodeURIComponent(key)}`
}

/** The key in such an address; null where it has none. */
export function keyInAddress(address: string): string | null {
  return new URLSearchParams(URL.parse(address)?.hash.slice(1)).get('key')
}

/** The key of the folder, made where there is none that others cannot know; one for this process where it cannot be kept. */
function keepPageKey(state: string): string {
  const kept = findPageKey(state)
  if (kept !== null) return kept
  const key = makePageKey()
  const path = pageKeyFile(state)
  try {
    rmSync(path, { force: true })
    writeFileSync(path, `${key}\n`, { flag: 'wx', mode: 0o600 })
  } catch {
    // A disk that is full, say: the page works, and other commands of this user do not find its key.
  }
  return key
}

/** null where there is none, or others may have read it or put it there. Never throws. */
export function findPageKey(state: string): string | null {
  let file: number | undefined
  try {
    file = openSync(pageKeyFile(state), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const { uid, mode, size } = fstatSync(file)
    const isOwn = uid === (process.getuid?.() ?? uid) && (mode & READABLE_BY_OTHERS) === 0
    const key = isOwn && size <= LONGEST_KEY ? readFileSync(file, 'utf8').trim() : ''
    return key.length >= SHORTEST_KEY ? key : null
  } catch {
    return null
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

export function pageKeyFile(state: string): string {
  return join(state, 'page.key')
}

/** One that nobody guesses. */
export function makePageKey(): string {
  return randomBytes(16).toString('base64url')
}

/** Whether a key is hard enough to guess, and fit to be sent. */
export function isKey(text: string): boolean {
  return text.length >= SHORTEST_KEY && text.length <= LONGEST_KEY && /^[!-~]+$/.test(text)
}

/** The key that somebody chose. @param option which names the file. @throws PortolanError config_invalid */
export function readKeyFile(path: string, option = '--token-file'): string {
  let text: string
  try {
    text = readFileSync(path, 'utf8').trim()
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error)
    throw new PortolanError('config_invalid', `the key in ${path} cannot be read (${why})`, `see ${option}`, error)
  }
  if (isKey(text)) return text
  throw new PortolanError(
    'config_invalid',
    `${path} holds no key: expected ${SHORTEST_KEY} to ${LONGEST_KEY} characters without a space`,
    'make one: openssl rand -base64 24',
  )
}
