import { PortolanError } from '@portolan/core'
import { isLoopback } from '../../api/guard.ts'

/** The servers of one PostgreSQL, of which one at a time takes writes. */
export interface DatabasePlace {
  /** One for each server, in the order in which they are tried. */
  urls: readonly string[]
  /** For people: without the password. */
  shown: string
}

/** Whether a store is a database on a server. */
export function isDatabaseUrl(text: string): boolean {
  return /^postgres(ql)?:\/\//i.test(text)
}

const PARTS =
  /^postgres(?:ql)?:\/\/(?:(?<user>[^@/?#:]*)(?::(?<password>[^@/?#]*))?@)?(?<hosts>[^/?#@]*)(?:\/(?<database>[^/?#]*))?(?:\?(?<query>[^#]*))?$/i
const HOST = /^(?<name>\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::(?<port>\d{1,5}))?$/i

/** What each parameter may be. Those of TLS mean what they mean to libpq. */
const PARAMETERS: Record<string, RegExp> = {
  sslmode: /^(disable|require|verify-ca|verify-full)$/,
  sslrootcert: /./,
  sslcert: /./,
  sslkey: /./,
  target_session_attrs: /^(read-write|primary)$/,
}
const EXPECTED: Record<string, string> = {
  sslmode: 'disable, require, verify-ca or verify-full',
  target_session_attrs: 'read-write: Portolan writes',
}

/**
 * Reads the address of a database as libpq takes it, `postgres://USER@HOST[:PORT][,HOST[:PORT]]/DATABASE?sslmode=...`.
 *
 * @throws {PortolanError} usage with every fault; it names no password
 */
export function readDatabasePlace(text: string): DatabasePlace {
  const parts = PARTS.exec(text)?.groups
  if (parts === undefined) throw unreadable(['expected postgres://USER@HOST:PORT/DATABASE'])
  const { user = '', password, hosts = '', database = '', query = '' } = parts
  const faults: string[] = []
  const names = hosts.split(',').map((host) => {
    const found = HOST.exec(host)?.groups
    if (found === undefined || Number(found['port'] ?? 1) > 65_535) faults.push(`"${host}": expected HOST or HOST:PORT`)
    return (found?.['name'] ?? '').replaceAll(/[[\]]/g, '')
  })
  if (database === '') faults.push('the name of the database is missing: expected /DATABASE after the host')
  const parameters = new URLSearchParams(query)
  for (const [name, value] of parameters) {
    const expected = PARAMETERS[name]
    if (expected === undefined) faults.push(`${name}: unknown, expected one of ${Object.keys(PARAMETERS).join(', ')}`)
    else if (!expected.test(value)) faults.push(`${name} is "${value}", expected ${EXPECTED[name] ?? 'a file'}`)
  }
  const isLocal = names.every(isLoopback)
  if (!isLocal && !parameters.has('sslmode') && faults.length === 0)
    faults.push('sslmode is missing: expected sslmode=verify-full, or sslmode=disable where the way there is trusted')
  if (faults.length > 0) throw unreadable(faults)
  parameters.delete('target_session_attrs')
  if (parameters.has('sslmode')) parameters.set('uselibpqcompat', 'true')
  const login = password === undefined ? user : `${user}:${password}`
  const at = (one: string) => (one === '' ? '' : `${one}@`)
  const rest = `/${database}${parameters.size === 0 ? '' : `?${parameters.toString()}`}`
  return {
    urls: hosts.split(',').map((host) => `postgres://${at(login)}${host}${rest}`),
    shown: `postgres://${at(user)}${hosts}/${database}`,
  }
}

/** Whether an address of a database has a password in it. */
export function hasPassword(text: string): boolean {
  return PARTS.exec(text)?.groups?.['password'] !== undefined
}

function unreadable(faults: string[]): PortolanError {
  return new PortolanError(
    'usage',
    `the address of the database cannot be used: ${faults.join('; ')}`,
    'an example: postgres://portolan@db.example:5432/portolan?sslmode=verify-full',
  )
}
