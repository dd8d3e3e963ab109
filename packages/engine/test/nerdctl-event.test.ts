import { describe, expect, test } from '@jest/globals'
import { readNerdctlEvent } from '../src/nerdctl-event.ts'

function output(topic: string, event: object): string {
  const envelope = {
    Timestamp: '2026-11-25T12:00:00.123456789Z',
    ID: '',
    Namespace: 'default',
    Topic: topic,
    Status: 'unknown',
  }
  return JSON.stringify({ ...envelope, Event: JSON.stringify(event) })
}

describe('an event of containerd', () => {
  test.each([
    ['/tasks/start', { container_id: 'a', pid: 7 }, 'start', null],
    ['/tasks/exit', { container_id: 'a', id: 'a', pid: 7, exit_status: 137 }, 'die', 137],
    ['/tasks/exit', { container_id: 'a', id: 'a', pid: 7 }, 'die', 0],
    ['/tasks/paused', { container_id: 'a' }, 'pause', null],
    ['/tasks/resumed', { container_id: 'a' }, 'unpause', null],
    ['/tasks/oom', { container_id: 'a' }, 'oom', null],
    ['/containers/create', { id: 'a', image: 'kindest/node' }, 'create', null],
    ['/containers/delete', { id: 'a' }, 'destroy', null],
  ])('%s %j', (topic, event, action, exitCode) => {
    const at = Date.parse('2026-11-25T12:00:00.123Z')
    expect(readNerdctlEvent(output(topic, event))).toEqual({ id: 'a', action, exitCode, at })
  })

  test.each([1e300, 1.5, '137; x', {}])('an exit status of %p is none', (exit_status) => {
    const event = { container_id: 'a', id: 'a', exit_status }
    expect(readNerdctlEvent(output('/tasks/exit', event))?.exitCode).toBeNull()
  })

  test.each([
    ["a process beside the container's own ended", output('/tasks/exit', { container_id: 'a', id: 'exec-1' })],
    ['a snapshot', output('/snapshot/prepare', { key: 'k' })],
    ['a line that broke off', '{"Topic":"/tasks/st'],
  ])('is left out: %s', (_, line) => expect(readNerdctlEvent(line)).toBeNull())
})
