import { expect, test } from '@jest/globals'
import { kindOf } from './source-of.ts'

const HEAD = 'apiVersion: k3d.io/v1alpha5\nkind: Simple\n'

const k3dOf = (text: string) => kindOf(HEAD + text)

test('a range of all NodePorts on one node is published there', () => {
  const { cluster } = k3dOf('ports:\n- port: 30000-32767:30000-32767\n  nodeFilters: ["server:0"]\n')
  expect(cluster?.containers.map(({ bindings }) => bindings.length)).toContain(2768)
})

test.each([
  ['all ports of an address', '- port: 1-65535:1-65535\n'],
  ['the same range many times', '- port: 1-9000:1-9000\n'.repeat(100)],
])('%s are a fault of the file, and are not compared with each other', (_, ports) => {
  const { cluster, problems } = k3dOf(`ports:\n${ports}`)
  expect(cluster).toBeNull()
  expect(problems).toMatchObject([{ message: expect.stringContaining('more than 10000 ports') }])
})

test('very many settings of very many nodes are a fault of the file, and none is applied', () => {
  const labels = '    - label: berth=north\n      nodeFilters: ["all"]\n'.repeat(300)
  const { cluster, problems } = k3dOf(`servers: 1000\nagents: 1000\noptions:\n  k3s:\n    nodeLabels:\n${labels}`)
  expect(cluster).toBeNull()
  expect(problems).toMatchObject([{ line: 1, message: expect.stringContaining('more than 200000') }])
})
