import { expect, test } from '@jest/globals'
import { PortolanError } from '@portolan/core'
import { failureText } from '../src/failure.ts'

const error = new PortolanError(
  'engine_unreachable',
  'this machine has no cluster in containers to watch (kind, k3d, minikube, Talos)',
  'make one: kind create cluster --config FILE (host ports: extraPortMappings); or see it without one: portolan demo',
)

test('a failure breaks at spaces where the terminal is narrow, and keeps a command whole', () => {
  expect(failureText(error, false, 80).split('\n')).toEqual([
    'portolan: this machine has no cluster in containers to watch (kind, k3d,',
    '  minikube, Talos)',
    '  make one: kind create cluster --config FILE (host ports: extraPortMappings);',
    '  or see it without one: portolan demo',
    '',
  ])
})

test('a part that is longer than the terminal ends where its command begins', () => {
  const hint = `say where it listens: export DOCKER_HOST=unix:///${'deep/'.repeat(9)}docker.sock`
  const lines = failureText(new PortolanError('engine_unreachable', 'none', hint), false, 80).split('\n')
  expect(lines.slice(1, 2)).toEqual(['  say where it listens:'])
})

test('a failure that no terminal reads has a line for what happened and one for what to do', () => {
  expect(failureText(error, false).trimEnd().split('\n')).toHaveLength(2)
})
