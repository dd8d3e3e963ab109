import { describe, expect, test } from '@jest/globals'
import { readMappings } from '../../src/route/mapping.ts'
import { container, mapped } from '../builders.ts'

const binding = (listenAddress: string, hostPort: number, containerPort: number, protocol: 'tcp' | 'udp' = 'tcp') => ({
  listenAddress,
  hostPort,
  containerPort,
  protocol,
})
const names = (...containers: ReturnType<typeof container>[]) => readMappings(containers).map((one) => one.target)

describe('the mapped ports', () => {
  test('one a host port and protocol, in the order of their numbers', () => {
    expect(names(mapped('b', { 8443: 30443 }), mapped('a', { 8080: 30080 }))).toEqual(['host:8080', 'host:8443'])
  })

  test('IPv4 and IPv6 of one port are one target with two listen addresses', () => {
    const [only, ...more] = readMappings([
      container('a', { bindings: [binding('0.0.0.0', 80, 30080), binding('::', 80, 30080)] }),
    ])
    expect(more).toEqual([])
    expect(only?.listenAddresses).toEqual(['0.0.0.0', '::'])
  })

  test('UDP is named so', () => {
    expect(
      names(container('a', { bindings: [binding('0.0.0.0', 53, 30053), binding('0.0.0.0', 53, 30053, 'udp')] })),
    ).toEqual(['host:53', 'host:53/udp'])
  })

  test('two nodes that share a port on different addresses are told apart by the address', () => {
    const a = container('a', { bindings: [binding('127.0.0.1', 80, 30080)] })
    const b = container('b', { bindings: [binding('127.0.0.2', 80, 30080)] })
    expect(names(a, b)).toEqual(['host:127.0.0.1:80', 'host:127.0.0.2:80'])
  })

  test('of very many ports are read without going through all of them for each', () => {
    let reads = 0
    const bindings = Array.from({ length: 5000 }, (_, index) => binding('0.0.0.0', 1024 + index, 30_000 + index))
    const wished = new Proxy(bindings, {
      get(all, key, receiver) {
        reads += 1
        return Reflect.get(all, key, receiver)
      },
    })
    expect(readMappings([container('a', { bindings, wished })])).toHaveLength(5000)
    expect(reads).toBeLessThan(50_000)
  })

  test('a binding that was asked for and is gone stays a target, not in force', () => {
    const [only] = readMappings([container('a', { wished: [binding('0.0.0.0', 80, 30080)] })])
    expect(only).toMatchObject({ target: 'host:80', inForce: false })
  })

  test('a wish for any free port is no target of its own', () => {
    const random = container('a', {
      wished: [binding('0.0.0.0', 0, 30080)],
      bindings: [binding('0.0.0.0', 49153, 30080)],
    })
    expect(names(random)).toEqual(['host:49153'])
  })
})
