import { describe, expect, test } from '@jest/globals'
import { clockText } from '@portolan/base'
import type { TargetExplanation } from '@portolan/core'
import { encodeExplanation, whyDocument } from '@portolan/wire'
import { PLAIN } from '../../src/render/style.ts'
import { whyOf } from '../../src/why/answer.ts'
import { whyLines } from '../../src/why/text.ts'
import { darkTarget, incident, NOON, target } from '../views.ts'

const FORESEEN: TargetExplanation['foreseen'] = {
  verdict: 'may_go_dark',
  darkProbability: 0.5,
  cause: 'etp_local',
  summary: '1 pod may land on a and b; only a pod on a answers.',
  eligibleNodes: ['a', 'b'],
  assumption: null,
  remedies: [{ text: 'Let every node forward', command: 'kubectl patch' }],
}
const DARK: TargetExplanation = {
  target: darkTarget(30080),
  hops: [
    { name: 'client', state: 'green', text: 'this machine', at: NOON },
    { name: 'kube-proxy', state: 'red', text: 'no endpoint on sea-worker', at: NOON },
  ],
  incident: incident({ trigger: { at: NOON - 500, text: 'the pod moved' }, darkSince: NOON }),
  ruledOut: [
    { cause: 'node_down', because: 'sea-worker is running' },
    { cause: 'host_side', because: 'no agent on another node probes the port of the mapped node' },
  ],
  epochs: [],
  foreseen: FORESEEN,
  routes: [],
}
const UP: TargetExplanation = { ...DARK, target: target(30080), incident: null, hops: [], ruledOut: [], foreseen: null }

function why(explanation: TargetExplanation) {
  const now = NOON + 1500
  return whyOf(encodeExplanation(explanation, now), {
    source: { kind: 'watch', page: null, at: '2026-03-01T12:00:01.500Z' },
    verify: 'portolan wait sea/30080',
    now,
    time: clockText,
  })
}

const textOf = (explanation: TargetExplanation) => whyLines(why(explanation), { width: 100, style: PLAIN }).join('\n')

describe('why a port is dark', () => {
  test('keeps its contract, and holds all that it takes to act', () => {
    const document = why(DARK)
    expect(whyDocument.parse(JSON.parse(JSON.stringify(document)))).toEqual(document)
    expect(document).toMatchObject({
      port: 'sea/30080',
      state: 'down',
      summary: expect.stringMatching(/^Port 30080 does not answer: Service default\/web has /),
      verdict: {
        cause: 'etp_local',
        confidence: 'proven',
        title: expect.stringContaining('externalTrafficPolicy Local'),
        onset: expect.stringContaining('500 ms after the pod moved.'),
      },
      brokenHop: { name: 'kube-proxy' },
      ruledOut: [{ cause: 'node_down' }],
      notChecked: [{ cause: 'host_side' }],
      atRisk: null,
    })
    expect(document.fixes).toEqual(DARK.incident?.remedies)
  })

  test('is printed in this order: the verdict, the fix, how to verify, the evidence, what could not be checked', () => {
    expect(textOf(DARK)).toMatch(
      /^✗ sea\/30080 has not answered for \d+ s: No pod on the mapped node[^[]*\[etp_local,\s+proven\]\n[^]*\nWhat to do\n {2}Fix: [^]*\nNext\n[^]*\nportolan wait sea\/30080\n\nEvidence\n {2}- the path breaks at "kube-proxy"[^]*\nCould not be checked\n {2}host_side: no agent [^]*\n1 other cause is ruled out/,
    )
  })

  test('offers no fix where nothing is proven, but what to look at next', () => {
    const unproven = { ...DARK, incident: incident({ cause: 'unproven', confidence: 'unproven' }) }
    expect(textOf(unproven)).toMatch(/\n {2}Next: /)
    expect(textOf(unproven)).not.toContain('Fix: ')
  })

  test('may not be known yet', () => {
    expect(why({ ...DARK, incident: null })).toMatchObject({
      verdict: null,
      summary: expect.stringContaining('too early'),
    })
  })
})

test('why a port that flaps did not answer is said where its outages are listed', () => {
  expect(why({ ...UP, target: target(30080, { state: 'flapping' }) }).summary).toBe(
    'Port 30080 comes and goes: `portolan incidents` lists its outages, each with its cause.',
  )
})

describe('of a port that answers', () => {
  test('there is nothing to do', () => {
    expect(textOf(UP)).toMatch(/^✓ sea\/30080 has answered for \d+ (s|min)\n\nSeen by /)
  })

  test('it says what is at risk, with the fix', () => {
    const lucky = { ...UP, target: target(30080, { darkProbability: 0.5 }), foreseen: FORESEEN }
    expect(textOf(lucky)).toMatch(/At risk\n {2}The next reschedule [^]* 50 %[^]*\nkubectl patch\n/)
    expect(why(lucky).atRisk).toMatchObject({ darkProbability: 0.5 })
  })
})

test('why a port that nothing uses says so once, as one sentence', () => {
  const note = 'Nothing uses port 30080 of sea-worker yet: no Service has this nodePort, no pod this hostPort'
  const text = textOf({ ...UP, target: target(30080, { state: 'unknown', note }) }).replaceAll(/\s+/g, ' ')
  expect(text.split('Nothing uses port')).toHaveLength(2)
  expect(text).toContain('no pod this hostPort. ')
  expect(text).not.toContain('..')
})
