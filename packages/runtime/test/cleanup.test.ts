import { describe, expect, test } from '@jest/globals'
import { createFakeClock, createRecordedLog } from '@portolan/testing'
import { createCleanup } from '../src/cleanup.ts'

function setUp() {
  const clock = createFakeClock()
  const log = createRecordedLog()
  return { clock, log, cleanup: createCleanup({ clock, log, stepMs: 100 }) }
}

describe('cleanup', () => {
  test('undoes the last thing first', async () => {
    const { cleanup } = setUp()
    const undone: string[] = []
    cleanup.add('store', () => void undone.push('store'))
    cleanup.add('server', async () => void undone.push('server'))
    await cleanup.run()
    expect(undone).toEqual(['server', 'store'])
  })

  test('undoes everything once, whoever asks how often', async () => {
    const { cleanup } = setUp()
    let times = 0
    cleanup.add('store', () => void (times += 1))
    await Promise.all([cleanup.run(), cleanup.run()])
    await cleanup.run()
    expect(times).toBe(1)
  })

  test('undoes what was set up where the rest of it fails, and passes the failure on', async () => {
    const { cleanup } = setUp()
    const undone: string[] = []
    const failing = cleanup.guard(async () => {
      cleanup.add('store', () => void undone.push('store'))
      throw new Error('no port is free')
    })
    await expect(failing).rejects.toThrow('no port is free')
    expect(undone).toEqual(['store'])
  })

  test('leaves what was set up alone where all of it succeeds', async () => {
    const { cleanup } = setUp()
    const undone: string[] = []
    cleanup.add('store', () => void undone.push('store'))
    expect(await cleanup.guard(async () => 'ready')).toBe('ready')
    expect(undone).toEqual([])
  })

  test('goes on after a step that throws, and says so', async () => {
    const { cleanup, log } = setUp()
    const undone: string[] = []
    cleanup.add('store', () => void undone.push('store'))
    cleanup.add('server', () => {
      throw new Error('broken')
    })
    await cleanup.run()
    expect(undone).toEqual(['store'])
    expect(log.messages).toEqual(['a step of the shutdown failed'])
  })

  test('goes on without a step that hangs', async () => {
    const { cleanup, clock, log } = setUp()
    const undone: string[] = []
    cleanup.add('store', () => void undone.push('store'))
    cleanup.add('server', () => new Promise(() => {}))
    const ended = cleanup.run()
    clock.advance(100)
    await ended
    expect(undone).toEqual(['store'])
    expect(log.messages).toEqual(['a step of the shutdown takes too long, going on without it'])
  })

  test('leaves no timer behind', async () => {
    const { cleanup, clock } = setUp()
    cleanup.add('store', async () => {})
    await cleanup.run()
    expect(clock.pending()).toBe(0)
  })
})
