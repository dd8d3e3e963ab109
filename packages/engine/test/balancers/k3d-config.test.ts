import { expect, test } from '@jest/globals'
import { readK3dConfig } from '../../src/balancers/k3d-config.ts'

test("k3d's balancer leads each of its ports to the nodes that its file names", () => {
  const text = `ports:
  6443.tcp:
  - k3d-dev-server-0
  30080.tcp:
  - k3d-dev-server-0
  - k3d-dev-agent-0
  5353.udp:
  - k3d-dev-agent-0
settings:
  workerConnections: 1026
`
  expect(readK3dConfig(text)).toEqual([
    { containerPort: 6443, protocol: 'tcp', backends: [{ node: 'k3d-dev-server-0' }] },
    { containerPort: 30080, protocol: 'tcp', backends: [{ node: 'k3d-dev-server-0' }, { node: 'k3d-dev-agent-0' }] },
    { containerPort: 5353, protocol: 'udp', backends: [{ node: 'k3d-dev-agent-0' }] },
  ])
})

test.each([
  ['no YAML', 'ports: ['],
  ['without ports', 'settings: {}'],
  ['with nodes that are no names', 'ports: { 80.tcp: [1, {}] }'],
  ['that repeats itself without an end', `a: &a [x]\nports: { 80.tcp: *a }`],
])('a file %s says nothing', (_, text) => expect(readK3dConfig(text)).toBeNull())

test('what is no port is left out', () => {
  expect(readK3dConfig('ports: { 80.tcp: [a], 0.tcp: [a], 70000.tcp: [a], 80.sctp: [a], x: [a] }')).toEqual([
    { containerPort: 80, protocol: 'tcp', backends: [{ node: 'a' }] },
  ])
})

/** Compared with each other, as many take minutes. */
test('a file of very many ports, from whatever image, is read in one go', () => {
  const names = Array.from({ length: 30_000 }, (_, index) => `  ${index + 1}.tcp: [a]\n`)
  expect(readK3dConfig(`ports:\n${names.join('')}`)).toHaveLength(30_000)
}, 60_000)

test('of a port that is there twice the last one counts, as to k3d', () => {
  expect(readK3dConfig('ports:\n  80.tcp: [a]\n  80.tcp: [b]\n')?.at(-1)?.backends).toEqual([{ node: 'b' }])
})
