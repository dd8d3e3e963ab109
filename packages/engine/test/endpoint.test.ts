import { describe, expect, test } from '@jest/globals'
import { nameOf, parseHost } from '../src/endpoint.ts'

const tls = { ca: 'CA', cert: null, key: null, verify: true }

describe('a host', () => {
  test.each([
    ['unix:///run/docker.sock', null, { kind: 'unix', path: '/run/docker.sock' }],
    ['/run/docker.sock', null, { kind: 'unix', path: '/run/docker.sock' }],
    ['tcp://10.0.0.1:4000', null, { kind: 'tcp', host: '10.0.0.1', port: 4000, tls: null }],
    ['tcp://10.0.0.1', null, { kind: 'tcp', host: '10.0.0.1', port: 2375, tls: null }],
    ['tcp://10.0.0.1:80', null, { kind: 'tcp', host: '10.0.0.1', port: 80, tls: null }],
    ['tcp://engine', tls, { kind: 'tcp', host: 'engine', port: 2376, tls }],
    ['tcp://[::1]:2375', null, { kind: 'tcp', host: '::1', port: 2375, tls: null }],
    ['http://engine:1', null, { kind: 'tcp', host: 'engine', port: 1, tls: null }],
  ])('%s', (host, files, endpoint) => expect(parseHost(host, files, 'DOCKER_HOST')).toEqual(endpoint))

  test('that speaks https checks the certificate', () => {
    expect(parseHost('https://engine:1', null, 'DOCKER_HOST')).toMatchObject({ tls: { verify: true } })
  })

  test('behind ssh says how to forward the socket', () => {
    expect(() => parseHost('ssh://me@far', null, 'DOCKER_HOST')).toThrow(
      expect.objectContaining({
        code: 'engine_unreachable',
        message: 'DOCKER_HOST is ssh://me@far, and Portolan does not speak ssh to an engine',
        hint: expect.stringContaining('ssh -nNT -L /tmp/engine.sock:/var/run/docker.sock me@far'),
      }),
    )
  })

  test.each(['npipe:////./pipe/docker_engine', 'tcp://', 'unix://', 'docker', 'fd://3'])('%s is refused', (host) => {
    expect(() => parseHost(host, null, 'DOCKER_HOST')).toThrow(expect.objectContaining({ code: 'engine_unreachable' }))
  })

  test.each(['unix:///run/docker.sock', 'tcp://10.0.0.1:2375', 'tcp://[::1]:2375'])('%s is named as given', (host) =>
    expect(nameOf(parseHost(host, null, 'DOCKER_HOST'))).toBe(host),
  )
})
