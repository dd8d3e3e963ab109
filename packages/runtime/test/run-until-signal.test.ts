import { EventEmitter } from 'node:events'
import { describe, expect, test } from '@jest/globals'
import { runUntilSignal } from '../src/run-until-signal.ts'

class FakeProcess extends EventEmitter {
  exits: number[] = []
  exit(code: number): void {
    this.exits.push(code)
  }
}

describe('a program that runs until a signal', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('starts, and stops on %s', async (signal) => {
    const told: string[] = []
    const signals = new FakeProcess()
    const started = Promise.withResolvers<void>()
    const ended = runUntilSignal(
      () => ({
        start: async () => {
          told.push('start')
          started.resolve()
        },
        stop: async () => void told.push('stop'),
      }),
      signals,
    )
    await started.promise
    signals.emit(signal)
    await ended
    expect(told).toEqual(['start', 'stop'])
    expect(signals.listenerCount(signal)).toBe(0)
  })

  test('stops while it still starts', async () => {
    const signals = new FakeProcess()
    let stopped = false
    const ended = runUntilSignal(
      () => ({
        start: () => {
          signals.emit('SIGINT')
          return new Promise<void>(() => {})
        },
        stop: async () => void (stopped = true),
      }),
      signals,
    )
    await ended
    expect(stopped).toBe(true)
  })

  test('a start that fails is undone, and its error told', async () => {
    let stopped = false
    const run = runUntilSignal(
      () => ({
        start: () => Promise.reject(new Error('no engine')),
        stop: async () => void (stopped = true),
      }),
      new FakeProcess(),
    )
    await expect(run).rejects.toThrow('no engine')
    expect(stopped).toBe(true)
  })

  test('a second signal ends the process at once', async () => {
    const signals = new FakeProcess()
    const stopping = Promise.withResolvers<void>()
    const ended = runUntilSignal(
      () => ({
        start: async () => void signals.emit('SIGINT'),
        stop: () => {
          signals.emit('SIGINT')
          stopping.resolve()
          return stopping.promise
        },
      }),
      signals,
    )
    await ended
    expect(signals.exits).toEqual([130])
  })
})
