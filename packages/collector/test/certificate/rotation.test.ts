import { beforeAll, describe, expect, test } from '@jest/globals'
import { makeCertificate } from '@portolan/certificates'
import type { Certificate } from '@portolan/runtime'
import { BACKDATED_MS, nextStep } from '../../src/certificate/rotation.ts'

const DAY_MS = 24 * 60 * 60_000
const NOW = Date.UTC(2026, 0, 1)
const HOST = 'portolan-collector.portolan.svc'
const stay = { do: 'stay' }
const promote = { do: 'promote' }
const make = (place: string) => ({ do: 'make', place })

/** Made so many days ago, for 90 days. */
const made = (daysAgo: number, host = HOST) =>
  makeCertificate(host, new Date(NOW - daysAgo * DAY_MS - BACKDATED_MS), new Date(NOW - daysAgo * DAY_MS + 90 * DAY_MS))

let fresh: Certificate
let old: Certificate
let ended: Certificate
let foreign: Certificate
let early: Certificate
beforeAll(async () => {
  ;[fresh, old, ended, foreign, early] = await Promise.all([
    made(1),
    made(60),
    made(90),
    made(1, 'elsewhere'),
    made(-2),
  ] as const)
})

const step = (current: Certificate | null, next: Certificate | null, isKnown = false) =>
  nextStep({ current, next }, { host: HOST, now: NOW, isKnown })

describe('a certificate', () => {
  test('is made where there is none', () => expect(step(null, null)).toEqual(make('current')))
  test('stays while it is fresh', () => expect(step(fresh, null)).toEqual(stay))
  test('gets the next one when two thirds of its time are over', () => expect(step(old, null)).toEqual(make('next')))
  test('stays while the next one is not known everywhere', () => expect(step(old, fresh)).toEqual(stay))
  test('gives way to the next one that is known', () => expect(step(old, fresh, true)).toEqual(promote))
  test('that has ended gives way at once', () => expect(step(ended, fresh)).toEqual(promote))
})

describe('a certificate is as none', () => {
  const pair = (cert: string, key: string) => ({ cert, key })
  test.each<[string, () => Certificate]>([
    ['that has ended', () => ended],
    ['that is for another host', () => foreign],
    ['that is from a time to come, which a clock that was set back leaves', () => early],
    ['whose key is of another one', () => pair(fresh.cert, old.key)],
    ['that is no certificate', () => pair('-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----', fresh.key)],
    ['whose key is none', () => pair(fresh.cert, 'secret')],
  ])('%s', (_, given) => expect(step(given(), null)).toEqual(make('current')))
})
