import { describe, expect, test } from '@jest/globals'
import type { Cause, Confidence } from '@portolan/core'
import { judge, type ExpectedCause } from './judgement.ts'
import type { Saying } from './observer.ts'

const ACTED_AT = 5000

/** Said so many seconds after the change. */
function said(at: number, cause: Cause, confidence: Confidence, candidates: readonly Cause[] = []): Saying {
  const moment = ACTED_AT + at * 1000
  return { target: 'host:1', id: 'one', cause, confidence, candidates, isOpen: true, at: moment, whole: null }
}

const over = (saying: Saying): Saying => ({ ...saying, isOpen: false })
const gap = said(1, 'rollout_gap', 'proven')

describe('of a fault', () => {
  const fault: ExpectedCause = { cause: 'cross_node', also: ['rollout_gap'] }

  test.each([
    ['the cause alone, proven, is named', [said(1, 'cross_node', 'proven')], 'named'],
    ['the cause alone, likely, is named', [said(1, 'cross_node', 'likely')], 'named'],
    ['it first of three is in the short list', [said(1, 'cross_node', 'ambiguous', ['mtu', 'app_slow'])], 'listed'],
    ['it last of three is in the short list', [said(1, 'app_slow', 'ambiguous', ['mtu', 'cross_node'])], 'listed'],
    ['it in a list of four is none', [said(1, 'cross_node', 'ambiguous', ['mtu', 'app_slow', 'etp_local'])], 'none'],
    ['unproven is none, whatever could be', [said(1, 'unproven', 'unproven', ['cross_node'])], 'none'],
    ['nothing is none', [], 'none'],
    ['what is true as well is none', [gap], 'none'],
    ['what is true as well, then the cause, is named', [gap, said(2, 'cross_node', 'proven')], 'named'],
    [
      'the cause, then nothing known, is none',
      [said(1, 'cross_node', 'likely'), said(2, 'unproven', 'unproven')],
      'none',
    ],
    ['another cause is wrong', [said(1, 'app_slow', 'likely')], 'wrong'],
    [
      'another cause is wrong even where the right one follows',
      [said(1, 'mtu', 'likely'), said(2, 'cross_node', 'proven')],
      'wrong',
    ],
    ['a list without it is wrong', [said(1, 'app_slow', 'ambiguous', ['mtu'])], 'wrong'],
    ['a list with what is true as well is none', [said(1, 'app_slow', 'ambiguous', ['rollout_gap'])], 'none'],
    [
      'another cause of an incident that is over at that word is not counted',
      [over(said(1, 'app_slow', 'likely'))],
      'none',
    ],
  ] as const)('%s', (_, sayings, grade) => expect(judge(fault, sayings, ACTED_AT).grade).toBe(grade))

  test('the wrong causes are kept, each once', () => {
    const sayings = [said(1, 'mtu', 'likely'), said(2, 'app_slow', 'likely'), said(3, 'mtu', 'proven')]
    expect(judge(fault, sayings, ACTED_AT).wrong).toEqual(['mtu', 'app_slow'])
  })

  test.each([
    ['to the first word that names it', [gap, said(2, 'cross_node', 'likely'), said(3, 'cross_node', 'proven')], 2],
    ['to the first short list that has it', [said(2, 'app_slow', 'ambiguous', ['cross_node'])], 2],
    ['none where no word did', [gap], null],
    ['none at least', [said(-1, 'cross_node', 'proven')], 0],
  ] as const)('the seconds are those %s', (_, sayings, seconds) => {
    expect(judge(fault, sayings, ACTED_AT).seconds).toBe(seconds)
  })
})

describe('of an innocent change', () => {
  const harmless: ExpectedCause = { cause: null }
  const replacing: ExpectedCause = { cause: null, also: ['rollout_gap'] }

  test.each([
    ['nothing is calm', harmless, [], 'calm'],
    ['any word is wrong', harmless, [gap, over(gap)], 'wrong'],
    ['unproven is wrong', harmless, [said(1, 'unproven', 'unproven')], 'wrong'],
    ['what is true while it lasts is calm once it is over', replacing, [gap, over(gap)], 'calm'],
    [
      'unproven is calm where answers are lost for a time',
      replacing,
      [said(1, 'unproven', 'unproven'), over(gap)],
      'calm',
    ],
    ['what is true is wrong while it is not over', replacing, [gap], 'wrong'],
    ['any other cause is wrong', replacing, [said(1, 'app_slow', 'likely'), over(gap)], 'wrong'],
  ] as const)('%s', (_, fault, sayings, grade) => expect(judge(fault, sayings, ACTED_AT).grade).toBe(grade))
})
