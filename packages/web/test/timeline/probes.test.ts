import { describe, expect, test } from '@jest/globals'
import { nearest, probesOf } from '../../page/timeline/probes.ts'

const at = (second: number) => new Date(second * 1000).toISOString()
const probe = { cluster: 'dev', target: 'host:1', durationSeconds: 0.002, count: 1, symptom: 'ok' as const }

const seen = probesOf({
  from: at(0),
  to: at(60),
  complete: true,
  probes: [
    { ...probe, vantage: 'host/loopback4', at: at(10), until: at(16), count: 4 },
    { ...probe, vantage: 'host/lan', at: at(11), until: at(11), symptom: 'connect_timeout', durationSeconds: 2 },
    { ...probe, target: 'host:2', vantage: 'host/lan', at: at(12), until: at(12) },
  ],
})
const port = seen.get('dev/host:1') ?? { vantages: [], probes: [] }

describe('single probes', () => {
  test('that were told together are drawn apart, in their order among the others', () => {
    expect(port.probes.map((one) => [one.at / 1000, one.vantage])).toEqual([
      [10, 'host/loopback4'],
      [11, 'host/lan'],
      [12, 'host/loopback4'],
      [14, 'host/loopback4'],
      [16, 'host/loopback4'],
    ])
    expect(port.vantages).toEqual(['host/lan', 'host/loopback4'])
  })

  test('are told by what is pointed at: the nearest of each vantage, if it is near', () => {
    const told = (second: number) => nearest(port, second * 1000, 1200).map((one) => [one.vantage, one.at / 1000])
    expect(told(11.8)).toEqual([
      ['host/lan', 11],
      ['host/loopback4', 12],
    ])
    expect(told(15.5)).toEqual([['host/loopback4', 16]])
    expect(told(40)).toEqual([])
  })
})
