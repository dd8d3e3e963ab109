import { describe, expect, test } from '@jest/globals'
import { readStore } from '../src/database-store.ts'
import { createFaults } from '../src/settings.ts'

const ADDRESS = 'postgres://me@127.0.0.1/ports'
const WITH_PASSWORD = 'postgres://me:hunter2@127.0.0.1/ports'

function read(given: string | undefined, variable?: string): string | null {
  const faults = createFaults()
  const address = readStore(given, variable === undefined ? {} : { PORTOLAN_STORE: variable }, faults)
  faults.check('watch')
  return address
}

describe('the database of a store', () => {
  test.each([
    ['is none by default', undefined, undefined, null],
    ['is the one of --store', ADDRESS, WITH_PASSWORD, ADDRESS],
    ['is the one of PORTOLAN_STORE, which may have a password in it', undefined, WITH_PASSWORD, WITH_PASSWORD],
  ])('%s', (_, given, variable, expected) => expect(read(given, variable)).toBe(expected))

  test.each([
    ['with a password on the command line', WITH_PASSWORD, undefined, /^--store contains a password, .* \$PGPASSWORD/],
    ['that is a file', '/tmp/x.db', undefined, /^--store is not a database address: expected postgres:/],
    ['whose address has a fault', 'postgres://127.0.0.1', undefined, /^--store: .*name of the database is missing/],
    ['of the variable that has a fault', undefined, `${WITH_PASSWORD}?x=1`, /^\$PORTOLAN_STORE: .*x: unknown/],
  ])('%s is refused', (_, given, variable, message) => {
    expect(() => read(given, variable)).toThrow(message)
    expect(() => read(given, variable)).not.toThrow(/hunter2/)
  })
})
