import { describe, expect, test } from '@jest/globals'
import { createInventory, updateInventory } from '../../src/cluster/inventory.ts'
import { readMappings } from '../../src/route/mapping.ts'
import { joinPath } from '../../src/route/path.ts'
import { annotatedInterval, annotationFault, probeSettingsOf } from '../../src/route/probe-settings.ts'
import { mapped, overUdp, service } from '../builders.ts'

type Port = Partial<ReturnType<typeof service>['ports'][number]>

function udpPath(annotations: Record<string, string>, port: Port = {}) {
  return path(annotations, { ...port, protocol: 'UDP' }, [overUdp(mapped('a', { 30080: 30080 }))])
}

function path(annotations: Record<string, string>, port: Port = {}, containers = [mapped('a', { 30080: 30080 })]) {
  const inventory = createInventory()
  const ports = service().ports.map((one) => ({ ...one, name: '', ...port }))
  updateInventory(inventory, { kind: 'containers', containers }, 0)
  updateInventory(inventory, { kind: 'object', change: 'set', object: service({ annotations, ports }) }, 0)
  const [mapping] = readMappings(containers)
  if (mapping === undefined) throw new Error('no mapping')
  return joinPath(inventory, mapping)
}

describe('where a protocol is found out, TLS is tried first', () => {
  test.each([
    ['at port 443 of the Service', path({}, { port: 443 }), 'https'],
    ['at a port that its pods call 8443', path({}, { port: 9000, targetPort: '8443' }), undefined],
    ['at a host port 443', path({}, {}, [mapped('a', { 443: 30080 })]), 'https'],
    ['at a port that is called websecure', path({}, { name: 'websecure' }), 'https'],
    ['and nowhere else', path({}), undefined],
    ['nor where somebody says what is spoken', path({ 'portolan.dev/probe': 'http' }, { port: 443 }), undefined],
  ])('%s', (_, given, first) => {
    expect(probeSettingsOf(given).first).toBe(first)
  })
})

describe('what is spoken, and why', () => {
  test.each([
    [
      'the annotation wins',
      path({ 'portolan.dev/probe': 'redis' }, { appProtocol: 'http', name: 'https' }),
      'redis',
      'portolan.dev/probe',
    ],
    ['then appProtocol', path({}, { appProtocol: 'https', name: 'http' }), 'https', 'appProtocol https'],
    ["then the port's name", path({}, { name: 'http-web' }), 'http', 'named http-web'],
    ['else by trying', path({}, { name: 'web' }), 'auto', 'by trying'],
    ['no appProtocol of what each object has', path({}, { appProtocol: 'constructor' }), 'auto', 'by trying'],
    ['nor a name of that', path({}, { name: 'constructor' }), 'auto', 'by trying'],
    ['an unknown annotation value is not guessed at', path({ 'portolan.dev/probe': 'htpp' }), 'auto', 'by trying'],
  ])('%s', (_, given, protocol, why) => {
    expect(probeSettingsOf(given)).toMatchObject({ protocol })
    expect(probeSettingsOf(given).why).toContain(why)
  })

  test.each([
    ['DNS by the name of its port', udpPath({}, { name: 'dns' }), 'dns', 'dns'],
    ['DNS by its number', udpPath({}, { port: 53 }), 'dns', '53'],
    ['what the Service says', udpPath({ 'portolan.dev/hello': 'ping' }), 'udp', 'portolan.dev/hello'],
    ['nothing where nobody says what is understood', udpPath({}), 'off', 'no annotation sets what to send'],
    [
      'nothing of what is meant for its TCP ports',
      udpPath({ 'portolan.dev/probe': 'http' }),
      'off',
      'no annotation sets what to send',
    ],
  ])('over UDP %s', (_, given, protocol, why) => {
    expect(probeSettingsOf(given)).toMatchObject({ protocol, transport: 'udp' })
    expect(probeSettingsOf(given).why).toContain(why)
  })

  test('the other annotations are handed on', () => {
    const given = path({
      'portolan.dev/path': '/healthz',
      'portolan.dev/host': 'web.local',
      'portolan.dev/expect-status': '200',
      'portolan.dev/interval': '5s',
    })
    expect(probeSettingsOf(given)).toMatchObject({ path: '/healthz', host: 'web.local', expectStatus: '200' })
    expect(annotatedInterval(given)).toBe(5000)
  })

  test('every fault is told at once, with its key and what was expected', () => {
    const told = annotationFault(
      path({ 'portolan.dev/probe': 'htpp', 'portolan.dev/interval': '5', 'portolan.dev/pth': '/' }),
    )
    expect(told).toMatch(
      /Service default\/web: portolan.dev\/probe is "htpp", expected one of .*; portolan.dev\/interval is "5".*; portolan.dev\/pth is not known/,
    )
  })
})
