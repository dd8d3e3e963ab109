import { describe, expect, test } from '@jest/globals'
import { renderAccuracy } from './accuracy.ts'
import type { Grade } from './judgement.ts'
import type { Result, Results } from './results.ts'

const FAULTS = [
  { name: 'the path breaks', cause: 'cross_node' },
  { name: 'the pod hangs', cause: 'app_slow' },
  { name: 'innocent: nothing', cause: null },
] as const

const result = (grade: Grade, more: Partial<Result> = {}): Result => ({
  grade,
  last: { cause: 'cross_node', confidence: 'proven', candidates: [] },
  wrong: [],
  seconds: 2,
  load: 0.5,
  ...more,
})

const lines = (kept: Results) => renderAccuracy(FAULTS, [], kept).split('\n')
const inIptables = (results: Record<string, Result>): Results => ({
  iptables: Object.fromEntries(Object.entries(results).map(([name, one]) => [name, { 'host only': one }])),
})

describe('what is written of the results', () => {
  test('each mode and set of vantages has its shares; an innocent change counts apart', () => {
    const wrong = result('wrong', { wrong: ['mtu'], seconds: 4 })
    const calm = result('calm', { last: null, seconds: null })
    const kept = inIptables({ 'the path breaks': result('named'), 'the pod hangs': wrong, 'innocent: nothing': calm })
    expect(lines(kept)).toContain(
      '| iptables, host only | 2 | 1 (50 %) | 0 | 0 | 1 (50 %) | 1 | 1 of 1 | 2.0 s | 4.0 s | 0.5 |',
    )
    expect(lines(kept)).toContain('| nftables, host only | 0 | 0 | 0 | 0 | 0 | 0 | 0 of 0 | - | - | - |')
  })

  test('a fault that was made again counts as named the first time only where it was', () => {
    const kept = inIptables({
      'the path breaks': result('named', { earlier: ['none'] }),
      'the pod hangs': result('none', { earlier: ['named'] }),
    })
    const [line = ''] = lines(kept).filter((one) => one.startsWith('| iptables, host only |'))
    expect(line).toContain('| 2 | 1 (50 %) | 0 | 1 (50 %) | 0 | 1 |')
  })

  test.each([
    ['the cause', result('named'), '✓ proven, 2.0 s'],
    [
      'a short list',
      result('listed', { last: { cause: 'mtu', confidence: 'ambiguous', candidates: ['cross_node'] } }),
      'in the list `mtu`, `cross_node`, 2.0 s',
    ],
    ['nothing', result('none', { last: null, seconds: null }), 'nothing'],
    [
      'nothing that is known',
      result('none', { last: { cause: 'unproven', confidence: 'unproven', candidates: ['mtu'] }, seconds: null }),
      'none: `unproven`, `mtu`',
    ],
    ['how it did earlier', result('named', { earlier: ['wrong', 'none'] }), '✓ proven, 2.0 s (earlier: wrong, none)'],
    ['what is not true', result('wrong', { wrong: ['mtu'] }), '✗ wrong: `mtu`'],
  ])('the row of a fault shows %s', (_, one, cell) => {
    const kept = inIptables({ 'the path breaks': one })
    expect(lines(kept)).toContain(`| the path breaks | \`cross_node\` | ${cell} | - | - | - |`)
  })

  test('it lists what was not made in a mode', () => {
    const text = lines(inIptables({ 'the path breaks': result('named') }))
    const rest = '“the pod hangs”; “innocent: nothing”'
    expect(text).toContain(`1 of 3 were made in iptables mode, all except these: ${rest}.`)
    expect(text).toContain('None was made in nftables mode.')
  })
})
