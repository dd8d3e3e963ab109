import { describe, expect, test } from '@jest/globals'
import { readDockerEvent } from '../src/docker-event.ts'
import { dockerEvent } from './builders.ts'

describe('an event of the API', () => {
  test.each([
    ['Docker, died', dockerEvent('a', 'die', 1700, { exitCode: '137' }), 'die', 137],
    ['Docker, started', dockerEvent('a', 'start', 1700), 'start', null],
    ['Podman, died', dockerEvent('a', 'died', 1700, { containerExitCode: '1' }), 'die', 1],
    ['Podman, removed', dockerEvent('a', 'remove', 1700, { containerExitCode: '0' }), 'destroy', null],
  ])('%s', (_, event, action, exitCode) => {
    expect(readDockerEvent(JSON.stringify(event))).toEqual({ id: 'id-a', action, exitCode, at: 1700 })
  })

  test.each([
    ['1'.repeat(400), null],
    ['4294967296', null],
    ['1e3', null],
    ['-1', -1],
  ])('an exit code of %s', (exitCode, expected) => {
    expect(readDockerEvent(JSON.stringify(dockerEvent('a', 'die', 1, { exitCode })))?.exitCode).toBe(expected)
  })

  test.each([1e300, -1e20, 'soon'])('at %p was at no time', (timeNano) => {
    expect(readDockerEvent(JSON.stringify({ ...dockerEvent('a', 'start', 1), timeNano }))?.at).toBe(0)
  })

  test('without nanoseconds has seconds', () => {
    const { timeNano: _, ...event } = dockerEvent('a', 'start', 1000)
    expect(readDockerEvent(JSON.stringify(event))?.at).toBe(1000)
  })

  test.each([
    ['somebody executes a command', JSON.stringify(dockerEvent('a', 'exec_start: sh', 1))],
    ['a health check', JSON.stringify(dockerEvent('a', 'health_status: healthy', 1))],
    ['what every object has', JSON.stringify(dockerEvent('a', 'constructor', 1))],
    ['a network', JSON.stringify({ ...dockerEvent('a', 'connect', 1), Type: 'network' })],
    [
      'a container that is no node',
      JSON.stringify({ ...dockerEvent('a', 'start', 1), Actor: { ID: 'id-a', Attributes: null } }),
    ],
    ['a cleanup (Podman)', JSON.stringify(dockerEvent('a', 'cleanup', 1))],
    ['a line that broke off', '{"Type":"container","Act'],
    ['null', 'null'],
  ])('is left out: %s', (_, line) => expect(readDockerEvent(line)).toBeNull())
})
