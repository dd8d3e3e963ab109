import { describe, expect, test } from '@jest/globals'
import { readOrder } from '../src/inputs.ts'

const CHECK = { INPUT_COMMAND: 'check', INPUT_KIND: 'kind.yaml', INPUT_RENDER: 'false', INPUT_COMMENT: 'true' }

describe('the words of portolan', () => {
  test('are one for each line of files, and none becomes an option', () => {
    const { run } = readOrder({
      ...CHECK,
      INPUT_KIND: 'a kind.yaml\n  b.yaml\r\n\n',
      INPUT_MANIFESTS: '--render\n$(id); rm -rf /\n',
      INPUT_FAIL_ON: 'always',
      INPUT_LOAD_BALANCER: 'no',
    })
    expect(run.words).toEqual([
      'check',
      '--kind=a kind.yaml',
      '--kind=b.yaml',
      '--load-balancer=no',
      '--fail-on=always',
      '--',
      '--render',
      '$(id); rm -rf /',
    ])
  })

  test('of wait are the ports', () => {
    const { run } = readOrder({ INPUT_COMMAND: 'wait', INPUT_PORTS: '30080,\n dev/30443', INPUT_CLUSTER: 'dev' })
    expect(run.words).toEqual(['wait', '--cluster=dev', '--', '30080', 'dev/30443'])
  })
})

test('every fault is told at once', () => {
  const env = {
    GITHUB_EVENT_NAME: 'pull_request_target',
    INPUT_COMMAND: 'check',
    INPUT_RENDER: 'yes',
    INPUT_COMMENT: 'true',
  }
  expect(() => readOrder(env)).toThrow(/pull_request_target[^]*render is "yes"[^]*kind is empty/)
})

test('a command that is none is refused', () => {
  expect(() => readOrder({ ...CHECK, INPUT_COMMAND: 'install' })).toThrow(
    'command is "install", expected check or wait',
  )
})
