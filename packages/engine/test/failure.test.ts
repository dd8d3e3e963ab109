import { describe, expect, test } from '@jest/globals'
import { describeFailure, explainFailures, type Failure } from '../src/failure.ts'

function failure(path: string, code: string, group: string | null = null): Failure {
  return {
    endpoint: { kind: 'unix', path },
    error: Object.assign(new Error(`connect ${code} ${path}`), { code }),
    group,
  }
}

describe('no engine answers', () => {
  test('because none is there: every socket is named', () => {
    const error = explainFailures([
      failure('/var/run/docker.sock', 'ENOENT'),
      { endpoint: { kind: 'command', command: 'nerdctl' }, error: { code: 'ENOENT' }, group: null },
    ])
    expect(error.code).toBe('engine_not_found')
    expect(error.message).toBe(
      'No container engine was found. Tried:\n  unix:///var/run/docker.sock  was not found\n  nerdctl  was not found',
    )
    expect(error.hint).toContain('export DOCKER_HOST=')
  })

  test('because this user may not: the group to join', () => {
    const error = explainFailures([failure('/a.sock', 'ENOENT'), failure('/var/run/docker.sock', 'EACCES', 'docker')])
    expect(error.code).toBe('engine_forbidden')
    expect(error.message).toContain('unix:///var/run/docker.sock')
    expect(error.hint).toBe(
      'Join the group docker: sudo usermod --append --groups=docker "$USER", then log in again.\nOr run Portolan with sudo.',
    )
  })

  test('the name of the group is one word of the command, whatever it is', () => {
    expect(explainFailures([failure('/run/a.sock', 'EACCES', '$(id) x')]).hint).toContain(`--groups='$(id) x' "$USER"`)
  })

  test("because the socket is root's alone: sudo", () => {
    expect(explainFailures([failure('/run/podman.sock', 'EACCES')]).hint).toBe('Run Portolan with sudo.')
  })

  test('a command in a folder that may not be read is none', () => {
    const command: Failure = {
      endpoint: { kind: 'command', command: 'nerdctl' },
      error: { code: 'EACCES' },
      group: null,
    }
    expect(explainFailures([failure('/a.sock', 'ENOENT'), command]).code).toBe('engine_not_found')
  })

  test('because it does not work: only those that exist', () => {
    const error = explainFailures([failure('/a.sock', 'ENOENT'), failure('/b.sock', 'ECONNREFUSED')])
    expect(error.code).toBe('engine_unreachable')
    expect(error.message).toBe('The container engine does not answer:\n  unix:///b.sock  nothing listens there')
  })
})

test('a failure without a known code speaks for itself', () => {
  expect(describeFailure(new Error('no answer within 10 s'))).toBe('no answer within 10 s')
})
