import { beforeEach, describe, expect, test } from '@jest/globals'
import { makeCertificate } from '@portolan/certificates'
import { PortolanError } from '@portolan/core'
import type { DataPlace } from '@portolan/kube'
import type { Certificate } from '@portolan/runtime'
import { createFakeClock, createRecordedLog, type FakeClock } from '@portolan/testing'
import { createCertificateKeeper } from '../../src/certificate/keeper.ts'

const HOUR_MS = 60 * 60_000
const SECRET = 'secrets portolan/cert'
const TRUST = 'configmaps agents/trust'

/** Secrets and ConfigMaps, as the API server keeps them. */
function createStored() {
  const objects = new Map<string, { data: Record<string, string>; version: number }>()
  let fault: PortolanError | null = null
  const find = ({ kind, namespace, name }: DataPlace) => {
    if (fault !== null) throw fault
    const found = objects.get(`${kind} ${namespace}/${name}`)
    if (found === undefined) throw new PortolanError('api_not_found', `${name} not found`, '')
    return found
  }
  for (const key of [SECRET, TRUST]) objects.set(key, { data: {}, version: 1 })
  return {
    fails: (with_: PortolanError | null) => void (fault = with_),
    remove: (key: string) => void objects.delete(key),
    set(key: string, data: Record<string, string>) {
      objects.set(key, { data, version: (objects.get(key)?.version ?? 0) + 1 })
    },
    data: (key: string) => objects.get(key)?.data ?? {},
    client: {
      async readData(place: DataPlace) {
        const { data, version } = find(place)
        return { data: { ...data }, version: String(version) }
      },
      async writeData(place: DataPlace, changes: Record<string, string | null>, version: string) {
        const object = find(place)
        if (version !== String(object.version)) return false
        for (const [key, value] of Object.entries(changes)) {
          if (value === null) delete object.data[key]
          else object.data[key] = value
        }
        object.version += 1
        return true
      },
    },
  }
}

let stored: ReturnType<typeof createStored>
let clock: FakeClock
let making: Promise<unknown> | null = null
beforeEach(() => {
  stored = createStored()
  clock = createFakeClock()
})

/** With certificates that last 18 hours: the next one is made after 12, and known after 3. */
async function keep(lifetimeMs: number | null = 18 * HOUR_MS) {
  const shown: Certificate[] = []
  const keeper = createCertificateKeeper({
    client: stored.client,
    plan: { host: 'collector', secret: 'portolan/cert', trust: ['agents/trust'], lifetimeMs },
    clock,
    log: createRecordedLog(),
    make: (host, from, to) => (making = makeCertificate(host, from, to)),
    present: (certificate) => void shown.push(certificate),
  })
  await keeper.start()
  return { keeper, shown }
}

/** In steps within which at most one certificate is made. */
async function pass(hours: number): Promise<void> {
  for (let step = 0; step < hours * 2; step += 1) {
    await clock.pass(30 * 60_000)
    await making
    await clock.pass(0)
  }
}

const trusted = () => (stored.data(TRUST)['ca.crt'] ?? '').split(/(?<=-----END CERTIFICATE-----\n)/).filter(Boolean)

describe('the certificate of the collector', () => {
  test('is made, kept, shown and made known at the first start', async () => {
    const { keeper, shown } = await keep()
    expect(shown).toEqual([{ cert: stored.data(SECRET)['tls.crt'], key: stored.data(SECRET)['tls.key'] }])
    expect(trusted()).toEqual([shown[0]?.cert])
    expect(stored.data(TRUST)).not.toHaveProperty('tls.key')
    expect(keeper.fault()).toBeNull()
    await keeper.stop()
  })

  test('is the same after a restart', async () => {
    const first = await keep()
    await first.keeper.stop()
    const second = await keep()
    expect(second.shown).toEqual(first.shown)
    await second.keeper.stop()
  })

  test('is replaced in time: the next one is trusted beside it long before it is shown', async () => {
    const { keeper, shown } = await keep()
    await pass(11)
    expect(trusted()).toHaveLength(1)
    await pass(2)
    expect(trusted()).toEqual([shown[0]?.cert, stored.data(SECRET)['next.crt']])
    expect(shown).toHaveLength(1)
    const next = stored.data(SECRET)['next.crt']
    await pass(3)
    expect(shown.map(({ cert }) => cert)).toEqual([shown[0]?.cert, next])
    expect(trusted()).toEqual([next])
    expect(Object.keys(stored.data(SECRET)).sort()).toEqual(['tls.crt', 'tls.key'])
    await keeper.stop()
  })

  test('is not replaced by one that could not be made known', async () => {
    const { keeper, shown } = await keep()
    stored.remove(TRUST)
    await pass(17)
    expect(shown).toHaveLength(1)
    stored.set(TRUST, {})
    await pass(0.5)
    expect(trusted()).toHaveLength(2)
    await keeper.stop()
  })

  test('is another one at once where somebody emptied the Secret', async () => {
    const { keeper, shown } = await keep()
    stored.set(SECRET, {})
    await pass(0.5)
    expect(shown).toHaveLength(2)
    expect(trusted()).toEqual([shown[1]?.cert])
    await keeper.stop()
  })

  test('is shown though nobody can be told of it, and is made known once they can', async () => {
    stored.remove(TRUST)
    const { keeper, shown } = await keep()
    expect(shown).toHaveLength(1)
    stored.set(TRUST, {})
    await pass(0.5)
    expect(trusted()).toEqual([shown[0]?.cert])
    await keeper.stop()
  })

  test('of another collector that was faster is the one that is shown', async () => {
    const { keeper: other } = await keep()
    const theirs = { ...stored.data(SECRET) }
    stored.set(SECRET, {})
    const { readData } = stored.client
    let isFirst = true
    stored.client.readData = async (place) => {
      const read = await readData(place)
      if (isFirst) stored.set(SECRET, theirs)
      isFirst = false
      return read
    }
    const { keeper, shown } = await keep()
    await pass(0.5)
    expect(shown.map(({ cert }) => cert)).toEqual([theirs['tls.crt']])
    await Promise.all([keeper.stop(), other.stop()])
  })

  test('is waited for while the API server is away, which is a reason not to be ready', async () => {
    stored.fails(new PortolanError('api_unreachable', 'connection refused', ''))
    const { keeper, shown } = await keep()
    expect(keeper.fault()).toBe('there is no certificate yet: connection refused')
    stored.fails(null)
    await pass(0.5)
    expect(shown).toHaveLength(1)
    expect(keeper.fault()).toBeNull()
    stored.fails(new PortolanError('api_unreachable', 'connection refused', ''))
    await pass(0.5)
    expect(keeper.fault()).toBeNull()
    await keeper.stop()
  })
})

describe('a certificate that somebody else keeps', () => {
  const given = async (host = 'collector', hours = 6) => {
    const { cert, key } = await makeCertificate(host, new Date(clock.now()), new Date(clock.now() + hours * HOUR_MS))
    return { 'tls.crt': cert, 'tls.key': key, 'ca.crt': cert }
  }

  test('is shown, its authority is made known, and nothing is written where it came from', async () => {
    const data = await given()
    stored.set(SECRET, data)
    const { keeper, shown } = await keep(null)
    expect(shown).toEqual([{ cert: data['tls.crt'], key: data['tls.key'] }])
    expect(trusted()).toEqual([data['ca.crt']])
    await pass(5)
    expect(stored.data(SECRET)).toEqual(data)
    expect(shown).toHaveLength(1)
    await keeper.stop()
  })

  test('is followed when it is replaced, with its authority', async () => {
    stored.set(SECRET, await given())
    const { keeper, shown } = await keep(null)
    const next = await given()
    stored.set(SECRET, next)
    await pass(0.5)
    expect(shown.map(({ cert }) => cert)).toEqual([expect.anything(), next['tls.crt']])
    expect(trusted()).toEqual([next['ca.crt']])
    await keeper.stop()
  })

  test.each<[string, () => Promise<Record<string, string>>, RegExp]>([
    ['is not there yet', async () => ({}), /has no tls\.crt and no tls\.key and no ca\.crt/],
    ['names no authority', async () => ({ ...(await given()), 'ca.crt': '' }), /has no ca\.crt/],
    ['is for another host', () => given('elsewhere'), /valid now for collector/],
    ['is over', () => given('collector', 0), /valid now for collector/],
    [
      'has the key of another one',
      async () => ({ ...(await given()), 'tls.key': (await given())['tls.key'] }),
      /valid/,
    ],
    ['is no certificate', async () => ({ ...(await given()), 'tls.crt': 'x' }), /valid now/],
  ])('that %s is waited for, which is a reason not to be ready', async (_, data, why) => {
    stored.set(SECRET, await data())
    const { keeper, shown } = await keep(null)
    expect(shown).toEqual([])
    expect(trusted()).toEqual([])
    expect(keeper.fault()).toMatch(why)
    stored.set(SECRET, await given())
    await pass(0.5)
    expect([shown.length, keeper.fault()]).toEqual([1, null])
    await keeper.stop()
  })

  test('that cannot be used any more leaves the one that is shown in place', async () => {
    stored.set(SECRET, await given())
    const { keeper, shown } = await keep(null)
    stored.set(SECRET, {})
    await pass(0.5)
    expect([shown.length, keeper.fault()]).toEqual([1, null])
    await keeper.stop()
  })
})
