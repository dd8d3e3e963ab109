import { describe, expect, test } from '@jest/globals'
import { readConfig } from '../src/index.ts'

const FINE = {
  PORTOLAN_CLUSTER: 'kind',
  PORTOLAN_NODE: 'kind-worker',
  PORTOLAN_NODE_ADDRESS: '172.18.0.3',
  PORTOLAN_COLLECTOR: 'https://portolan-collector.portolan.svc:9465',
  PORTOLAN_TOKEN_FILE: '/var/run/secrets/portolan/token',
  PORTOLAN_TRUST_FILE: '/var/run/portolan-trust/ca.crt',
  PORTOLAN_SPOOL: '/var/spool/portolan',
  PORTOLAN_PORT: '9466',
}

function faultsOf(change: NodeJS.ProcessEnv): string[] {
  try {
    readConfig({ ...FINE, ...change })
    return []
  } catch (error) {
    const [, ...faults] = (error as Error).message.split('\n').map((line) => line.trim())
    return faults
  }
}

describe('the environment', () => {
  test('tells an agent everything', () => {
    expect(readConfig({ ...FINE, HOME: '/' })).toEqual({
      cluster: 'kind',
      node: 'kind-worker',
      nodeAddress: '172.18.0.3',
      collector: new URL('https://portolan-collector.portolan.svc:9465'),
      tokenFile: '/var/run/secrets/portolan/token',
      trustFile: '/var/run/portolan-trust/ca.crt',
      spool: '/var/spool/portolan',
      port: 9466,
    })
  })

  test('asks for no certificates over plain HTTP, which is its own to say', () => {
    const plain = { ...FINE, PORTOLAN_COLLECTOR: 'http://127.0.0.1:9465', PORTOLAN_TRUST_FILE: undefined }
    expect(readConfig(plain)).toMatchObject({ trustFile: null })
  })

  test.each<[string, NodeJS.ProcessEnv, string]>([
    ['no file of certificates', { PORTOLAN_TRUST_FILE: '' }, 'PORTOLAN_TRUST_FILE is not set'],
    ['a variable that is not set', { PORTOLAN_CLUSTER: undefined }, 'PORTOLAN_CLUSTER is not set'],
    ['one that is empty', { PORTOLAN_NODE: '' }, 'PORTOLAN_NODE is not set'],
    ['a node with another alphabet', { PORTOLAN_NODE: 'Kind_1' }, 'PORTOLAN_NODE is not a valid node name: Kind_1'],
    ['a name for an address', { PORTOLAN_NODE_ADDRESS: 'node' }, 'PORTOLAN_NODE_ADDRESS is not an IP address: node'],
    [
      'a collector without a scheme',
      { PORTOLAN_COLLECTOR: 'collector:9465' },
      'PORTOLAN_COLLECTOR is not an address that begins with http:// or https://: collector:9465',
    ],
    ['a relative path', { PORTOLAN_TOKEN_FILE: 'token' }, 'PORTOLAN_TOKEN_FILE is not an absolute path: token'],
    ['a port out of range', { PORTOLAN_PORT: '65536' }, 'PORTOLAN_PORT is not a port between 1 and 65535: 65536'],
    ['a variable that nobody knows', { PORTOLAN_PROT: '1' }, 'PORTOLAN_PROT is unknown'],
  ])('is refused with %s', (_, change, fault) => expect(faultsOf(change)).toEqual([fault]))

  test('is refused with all its faults at once', () => {
    expect(faultsOf({ PORTOLAN_PORT: 'x', PORTOLAN_SPOOL: 'x', PORTOLAN_X: 'x' })).toHaveLength(3)
  })

  test('is wrong usage, by the exit code', () => {
    expect(() => readConfig({})).toThrow(expect.objectContaining({ code: 'config_invalid', exitCode: 2 }))
  })
})
