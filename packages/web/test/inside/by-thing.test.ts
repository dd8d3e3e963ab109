import { describe, expect, test } from '@jest/globals'
import type { VantageDocument } from '../../page/documents.ts'
import { byThing, isOfHost } from '../../page/inside/by-thing.ts'

function seen(vantage: string, target: string, symptom: VantageDocument['symptom']): VantageDocument {
  return {
    vantage,
    target,
    symptom,
    address: '10.0.0.1',
    port: 80,
    decides: false,
    why: '',
    at: null,
    durationSeconds: null,
    detail: null,
  }
}

describe('what agents saw', () => {
  test('is told thing by thing, with the nodes that got an answer and those that did not', () => {
    const things = byThing([
      seen('host/lan', 'host:30080', 'silent'),
      seen('node/dev-worker2', 'pod:web/web-1:8080', 'ok'),
      seen('node/dev-worker', 'pod:web/web-1:8080', 'connect_timeout'),
      seen('node/dev-control-plane', 'pod:web/web-1:8080', 'ok'),
      seen('node/dev-worker', 'service:web/web:53/udp', 'silent'),
      seen('node/dev-worker2', 'node:dev-worker:30080', 'connect_timeout'),
      seen('node/dev-worker3', 'node:dev-worker:30080', null),
    ])
    expect(things).toEqual([
      {
        name: 'pod web/web-1:8080',
        seen: [
          { symptom: 'ok', from: ['dev-control-plane', 'dev-worker2'] },
          { symptom: 'connect_timeout', from: ['dev-worker'] },
        ],
      },
      { name: 'Service web/web:53/udp', seen: [{ symptom: 'silent', from: ['dev-worker'] }] },
      { name: 'port 30080 of dev-worker', seen: [{ symptom: 'connect_timeout', from: ['dev-worker2'] }] },
    ])
  })

  test('is nothing where there are no agents', () => {
    expect(byThing([seen('host/loopback4', 'host:30080', 'ok')])).toEqual([])
  })

  test.each([
    ['host/lan', true],
    ['node/dev-worker', false],
  ])('%s is of the host: %s', (vantage, expected) => expect(isOfHost({ vantage })).toBe(expected))
})
