import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Collector, createCollector } from '@portolan/collector'
import { createLogger, systemClock } from '@portolan/runtime'
import { targetsDocument } from '@portolan/wire'
import { openPage } from '../../src/why/page.ts'

const KEY = 'a-key-of-the-tests'

describe('a page that asks its readers for a key', () => {
  let collector: Collector
  let page: string

  beforeEach(async () => {
    collector = createCollector({
      store: ':memory:',
      listen: { host: '127.0.0.1', port: 0 },
      access: {
        keys: [KEY],
        isPrivate: true,
        tokens: {
          hint: '',
          review: async (token) =>
            token === 'viewer' ? { writes: false, until: systemClock.now() + 60_000, who: 'viewer' } : null,
        },
      },
      clock: systemClock,
      log: createLogger({ level: 'silent' }),
      onAssign() {},
      onBurst() {},
      onChange() {},
    })
    await collector.start()
    page = collector.address?.url ?? ''
  })
  afterEach(() => collector.stop())

  const readTargets = async (address: string) => (await openPage(address)).read('/api/v1/targets', targetsDocument)

  test.each([KEY, 'viewer'])('is read with the key or a token behind its address (%s)', async (key) => {
    expect(await readTargets(`${page}/timeline#key=${key}`)).toEqual({ targets: [] })
    expect((await openPage(`${page}#key=${key}`)).address).toBe(page)
  })

  test('says that it asks for one', async () => {
    await expect(readTargets(page)).rejects.toMatchObject({
      code: 'usage',
      message: `the page at ${page} asks for its key`,
    })
  })

  test('says that it does not take another one, and the message does not repeat it', async () => {
    const message = `the page at ${page} does not accept this key`
    await expect(readTargets(`${page}#key=another`)).rejects.toMatchObject({ code: 'usage', message })
  })

  test('that is away is named without its key', async () => {
    await collector.stop()
    const message = `no Portolan answers at ${page}`
    await expect(readTargets(`${page}#key=${KEY}`)).rejects.toMatchObject({ code: 'collector_away', message })
  })
})
