import { expect, test } from '@jest/globals'
import { createEventMemory } from '../src/event-memory.ts'

const die = { id: 'a', action: 'die', exitCode: 0, at: 1000 }

test('an event that comes again after a reconnect is not new', () => {
  const memory = createEventMemory()
  expect([memory.isNew(die), memory.isNew(die), memory.isNew({ ...die, action: 'stop' })]).toEqual([true, false, true])
})

test('the engine is asked from the newest event on, however late an older one came', () => {
  const memory = createEventMemory()
  memory.startAt(500)
  expect(memory.since).toBe(500)
  memory.isNew({ ...die, at: 2000 })
  memory.isNew(die)
  memory.startAt(3000)
  expect(memory.since).toBe(2000)
})
