import { hasPassword, isDatabaseUrl, readDatabasePlace } from '@portolan/collector'
import { PortolanError } from '@portolan/core'
import type { Faults } from './settings.ts'

const VARIABLE = 'PORTOLAN_STORE'

/** What the option of that name means. */
export const STORE = `postgres://USER@HOST/DATABASE that keeps the history, instead of a file (or $${VARIABLE}; password: $PGPASSWORD)`

/** The address of the database that is asked for; null: a file in the state folder. What is wrong goes to the faults. */
export function readStore(given: string | undefined, env: NodeJS.ProcessEnv, faults: Faults): string | null {
  const address = given ?? databaseIn(env)
  if (address === null) return null
  const place = given === undefined ? `$${VARIABLE}` : '--store'
  if (given !== undefined && hasPassword(given)) {
    faults.add(
      `--store contains a password, and every user of this machine can read a command line: put the password into $PGPASSWORD, or the whole address into $${VARIABLE}`,
    )
    return null
  }
  if (!isDatabaseUrl(address)) {
    faults.add(`${place} is not a database address: expected postgres://USER@HOST:PORT/DATABASE`)
    return null
  }
  try {
    readDatabasePlace(address)
  } catch (error) {
    if (!(error instanceof PortolanError)) throw error
    faults.add(`${place}: ${error.message}`)
  }
  return address
}

/** The database that commands of this user read and write, if they were given one. */
export function databaseIn(env: NodeJS.ProcessEnv): string | null {
  const address = env[VARIABLE] ?? ''
  return address === '' ? null : address
}
