import { describe, expect, test } from '@jest/globals'
import { hasPassword, isDatabaseUrl, readDatabasePlace } from '../../../src/store/postgres/place.ts'

describe('the address of a database', () => {
  test.each([
    ['one server', 'postgres://me@127.0.0.1:5433/ports', ['postgres://me@127.0.0.1:5433/ports']],
    ['no user and no port', 'postgresql://localhost/ports', ['postgres://localhost/ports']],
    [
      'several servers, of which the one is meant that takes writes',
      'postgres://me:pa%40ss@a:1,b,[::1]:3/ports?sslmode=disable&target_session_attrs=read-write',
      ['a:1', 'b', '[::1]:3'].map((host) => `postgres://me:pa%40ss@${host}/ports?sslmode=disable&uselibpqcompat=true`),
    ],
    [
      'TLS as libpq means it',
      'postgres://db.example/ports?sslmode=verify-full&sslrootcert=%2Fca.crt',
      ['postgres://db.example/ports?sslmode=verify-full&sslrootcert=%2Fca.crt&uselibpqcompat=true'],
    ],
  ])('may name %s', (_, text, urls) => expect(readDatabasePlace(text).urls).toEqual(urls))

  test('is shown without its password', () => {
    expect(readDatabasePlace('postgres://me:secret@127.0.0.1,[::1]/ports').shown).toBe(
      'postgres://me@127.0.0.1,[::1]/ports',
    )
  })

  test.each([
    ['no database', 'postgres://127.0.0.1', /the name of the database is missing/],
    ['no host', 'postgres:///ports', /"": expected HOST or HOST:PORT/],
    ['a port that is none', 'postgres://127.0.0.1:70000/ports', /"127.0.0.1:70000": expected HOST/],
    ['no word on TLS, to a server elsewhere', 'postgres://db.example/ports', /sslmode is missing/],
    ['a parameter that is unknown', 'postgres://127.0.0.1/ports?host=evil', /host: unknown, expected one of sslmode/],
    ['a standby', 'postgres://127.0.0.1/p?target_session_attrs=standby', /expected read-write: Portolan writes/],
    ['a way of TLS that is none', 'postgres://a/p?sslmode=prefer', /sslmode is "prefer", expected disable, require/],
    ['something else', 'postgres://a b/p#c', /expected postgres:\/\/USER@HOST:PORT\/DATABASE|"a b"/],
  ])('with %s is refused', (_, text, message) => {
    expect(() => readDatabasePlace(text)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }),
    )
  })

  test('names all its faults at once, and never the password', () => {
    let said = ''
    try {
      readDatabasePlace('postgres://me:hunter2@a:99999?x=1')
    } catch (error) {
      said = String(error)
    }
    expect(said).toMatch(/"a:99999".*name of the database.*x: unknown/)
    expect(said).not.toContain('hunter2')
  })

  test.each([
    ['postgres://me:secret@a/p', true],
    ['postgres://me@a/p', false],
    ['/var/lib/portolan.db', false],
  ])('%s: has a password: %s', (text, expected) => expect(hasPassword(text)).toBe(expected))

  test('is told from a file', () => {
    expect(['postgres://a/p', 'POSTGRESQL://a/p', 'postgres.db', ':memory:'].map(isDatabaseUrl)).toEqual([
      true,
      true,
      false,
      false,
    ])
  })
})
