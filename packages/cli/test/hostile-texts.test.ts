import { describe, expect, test } from '@jest/globals'
import { type Change, type Lane, mapStrings, PortolanError, printable, type TargetExplanation } from '@portolan/core'
import { type CheckDocument, encodeExplanation } from '@portolan/wire'
import fc from 'fast-check'
import { renderGithub } from '../src/check/github.ts'
import { renderSarif } from '../src/check/sarif.ts'
import { renderText } from '../src/check/text.ts'
import { incidentTable } from '../src/commands/incidents.ts'
import { failureText } from '../src/failure.ts'
import { announceIn, announceTo } from '@portolan/prober'
import { CONTROL, hostileTexts, MARK, withoutOwnColours } from '@portolan/testing'
import { createChangeTeller } from '../src/render/change.ts'
import { explanationLines } from '../src/render/explanation.ts'
import { frameLines } from '../src/render/frame.ts'
import { laneLines } from '../src/render/lanes.ts'
import { noticeText } from '../src/render/notice.ts'
import { COLOURED, PLAIN, type Style } from '../src/render/style.ts'
import { jsonReporter } from '../src/reporters.ts'
import { headingText, watchingText } from '../src/render/watching.ts'
import { htmlOf } from '../src/report/html.ts'
import { markdownOf } from '../src/report/markdown.ts'
import { outline } from '../src/report/outline.ts'
import type { Report } from '../src/report/report.ts'
import { renderJunit } from '../src/wait/junit.ts'
import { answerLine, outcomeLines } from '../src/wait/text.ts'
import { whyOf } from '../src/why/answer.ts'
import { whyLines } from '../src/why/text.ts'
import { darkTarget, incident, MOVE, NOON, target } from './views.ts'

/** What programs decide by comes from Portolan itself. */
const DECIDES = new Set(['type', 'kind', 'state', 'previous', 'confidence', 'verdict', 'route', 'level', 'event'])

const vantage = {
  vantage: 'host/loopback4',
  target: 'host:30080',
  address: '127.0.0.1',
  port: 30080,
  decides: true,
  why: 'docker-proxy',
  symptom: 'silent',
  at: NOON,
  durationMs: 2,
  detail: 'ECONNRESET',
} as const
const inside = { ...vantage, vantage: 'node/sea-worker', target: 'pod:web-1:80', decides: false }
const DARK = darkTarget(30080, { note: 'it waits', vantages: [vantage, inside] })
const UP = target(30081, { degraded: 'answers 500', darkProbability: 0.5, note: 'a note' })
const OPEN = incident({ candidates: ['app_slow'] })
const NOTE = { id: 'one', at: NOON, cluster: 'sea', targets: [], from: NOON, to: NOON + 1, text: 'draining' }
const EPOCH = {
  id: 'one',
  cluster: 'sea',
  target: 'host:30080',
  startedAt: NOON,
  endedAt: NOON,
  mappedNode: 'sea-worker',
  podNodes: ['sea-worker2'],
  expectedUp: false,
  answered: 0,
  failed: 9,
}
const EXPLANATION: TargetExplanation = {
  target: DARK,
  hops: [{ name: 'client', state: 'green', text: 'asks', at: NOON }],
  incident: OPEN,
  ruledOut: [{ cause: 'mtu', because: 'small answers pass' }],
  epochs: [EPOCH, { ...EPOCH, answered: 9, failed: 0, podNodes: ['sea-worker'] }],
  foreseen: null,
  routes: [],
}
const LUCKY: TargetExplanation = {
  ...EXPLANATION,
  target: UP,
  incident: null,
  foreseen: {
    verdict: 'may_go_dark',
    darkProbability: 0.5,
    cause: 'etp_local',
    summary: 'it may land elsewhere',
    eligibleNodes: ['a'],
    assumption: 'uniform placement',
    remedies: OPEN.remedies,
  },
}
const CHANGES: Change[] = [
  MOVE,
  { type: 'incident.opened', at: NOON, cluster: 'sea', target: 'host:30080', incident: OPEN },
  { type: 'incident.closed', at: NOON, cluster: 'sea', target: 'host:30080', incident: { ...OPEN, darkUntil: NOON } },
  { type: 'cluster.event', at: NOON, cluster: 'sea', event: 'node_cordoned', node: 'sea-worker', text: 'was cordoned' },
  { type: 'gap', at: NOON, cluster: 'sea', from: NOON - 9, to: NOON, reason: 'asleep' },
  {
    type: 'target.state',
    at: NOON,
    cluster: 'sea',
    target: 'host:30080',
    state: 'up',
    previous: 'unknown',
    symptom: null,
    vantages: {},
  },
]
const LANE: Lane = {
  cluster: 'sea',
  target: 'host:30080',
  reach: [{ from: NOON, to: NOON + 9, state: 'down', symptom: 'silent', incident: 'one', episodes: 1, darkMs: 9 }],
  placement: [
    { from: NOON, to: NOON + 9, mappedNode: 'sea-worker', podNodes: ['sea-worker2'], expectedUp: false, epochs: 1 },
  ],
  moves: [{ at: NOON, workload: 'Deployment/a/b', kind: 'rollout', reason: 'r', from: ['a'], to: ['b'], count: 1 }],
}
const REPORT: Report = {
  generatedAt: NOON,
  period: { from: NOON, to: NOON + 9 },
  incident: OPEN,
  impact: [
    {
      cluster: 'sea',
      target: 'host:30080',
      service: 'default/web',
      darkMs: 9,
      episodes: 1,
      longestMs: 9,
      knownAfterMs: 9,
      planned: 0,
      isDark: true,
    },
  ],
  causes: [{ longest: OPEN, count: 2, darkMs: 9 }],
  entries: CHANGES,
  notes: [NOTE],
  gaps: [{ type: 'gap', at: NOON, cluster: 'sea', from: NOON, to: NOON + 9, reason: 'asleep' }],
  lanes: [LANE],
}
const CHECKED: CheckDocument = {
  clusters: [
    { name: 'sea', nodes: ['sea-worker'] },
    { name: 'bay', nodes: [] },
  ],
  ports: ['sea', 'bay'].map((cluster) => ({
    cluster,
    hostPort: 30080,
    listenAddress: '0.0.0.0',
    protocol: 'tcp',
    node: 'sea-worker',
    containerPort: 30080,
    service: 'default/web',
    verdict: 'may_go_dark',
    darkProbability: 0.5,
    cause: 'etp_local',
    summary: 'it may land elsewhere',
    mappedNodes: ['a'],
    eligibleNodes: ['b'],
    assumption: 'uniform placement',
    remedies: [{ text: 'Let every node forward', cost: 'the address', diff: '-Local' }, ...OPEN.remedies],
    file: 'web.yaml',
    line: 3,
  })),
  warnings: [
    { cause: 'mtu', text: 'a warning', cluster: 'sea', hostPort: 1, remedies: OPEN.remedies, file: 'a.yaml', line: 1 },
  ],
  problems: [{ file: 'a.yaml', line: 1, message: 'is not valid YAML' }],
  notes: [{ text: 'a key is repeated', file: 'a.yaml', line: 1 }],
}
const WATCHING = {
  at: NOON,
  clusters: ['sea', 'bay'],
  vantages: ['host/loopback4'],
  access: 'context kind-sea',
  store: '/a/portolan.db',
  keyFile: 'file',
  page: 'http://127.0.0.1:1',
  ignored: ['lake'],
}
const WAITED = [
  { target: DARK, answers: false, answeredAfterMs: null, isAgain: false, incident: OPEN },
  { target: UP, answers: false, answeredAfterMs: null, isAgain: false, incident: null },
  { target: target(30082), answers: true, answeredAfterMs: 9, isAgain: false, incident: null },
]

type Mark = <Value>(value: Value) => Value

const size = { now: NOON, width: 100_000, height: 10_000 }

const frame = {
  heading: 'Watching',
  above: [],
  targets: [DARK, UP],
  several: true,
  notices: [{ text: 'a notice', command: 'kubectl get' }],
  incident: OPEN,
}
const WHY = {
  source: { kind: 'watch', page: null, at: '2026-03-01T12:00:00.000Z' },
  verify: 'portolan wait sea/30080',
  now: NOON,
  time: String,
} as const
const waitOptions = (style: Style) => ({ ...size, style, several: true })
const DOORS: [string, (mark: Mark, style: Style) => string][] = [
  [
    'watch, the table',
    (mark, style) => frameLines({ ...mark(frame), explain: (port) => port }, { ...size, style }).join('\n'),
  ],
  [
    'watch, lines',
    (mark, style) => CHANGES.flatMap((one) => createChangeTeller(style).lines(mark(one), true)).join('\n'),
  ],
  ['watch, its heading', (mark) => watchingText(mark(WATCHING))],
  ['watch, the heading of its table', (mark) => headingText(mark(WATCHING))],
  ['watch, a notice', (mark) => noticeText(mark({ text: 'a notice', command: 'docker start a' }))],
  ['explain', (mark, style) => explanationLines(mark(EXPLANATION), { ...size, style }).join('\n')],
  ['explain, at risk', (mark, style) => explanationLines(mark(LUCKY), { ...size, style }).join('\n')],
  [
    'why',
    (mark, style) => whyLines(mark(whyOf(encodeExplanation(EXPLANATION, NOON), WHY)), { ...size, style }).join('\n'),
  ],
  [
    'why, at risk',
    (mark, style) => whyLines(mark(whyOf(encodeExplanation(LUCKY, NOON), WHY)), { ...size, style }).join('\n'),
  ],
  ['incidents', (mark) => incidentTable([mark(OPEN)], NOON).join('\n')],
  [
    'timeline',
    (mark, style) => laneLines(mark(LANE), { from: NOON, to: NOON + 9, width: 100, name: mark('x'), style }).join('\n'),
  ],
  ['report, Markdown', (mark) => markdownOf(outline(mark(REPORT)))],
  ['report, HTML', (mark) => htmlOf(outline(mark(REPORT)))],
  ['check, text', (mark) => renderText(mark(CHECKED))],
  ['check, annotations on GitHub', (mark) => renderGithub(mark(CHECKED))],
  ['wait, text', (mark, style) => outcomeLines(mark(WAITED), 9, waitOptions(style)).join('\n')],
  ['wait, an answer', (mark, style) => WAITED.map((one) => answerLine(mark(one), waitOptions(style))).join('\n')],
  ['wait, JUnit', (mark) => renderJunit(mark(WAITED), 9, NOON)],
  ['prober, text', (mark) => announced(mark)],
]

function announced(mark: Mark): string {
  let text = ''
  const out = { write: (piece: string) => (text += piece) }
  const clock = { now: () => NOON, monotonic: () => 0, after: () => () => {} }
  announceTo(out, clock)(mark({ text: 'is gone', cluster: 'sea', hint: 'portolan install', isTrouble: true }))
  return text
}

/** Adds a text to each string, but that of a diff, which has lines and tabs of its own, in one line. */
function marker(hostile: string, change = (text: string) => text): Mark {
  const inDiff = hostile.replaceAll(/[\t\r\n]/g, '')
  return (value) =>
    mapStrings(value, (text, key) => {
      if (DECIDES.has(key)) return text
      return `${text}${change(key === 'diff' ? inDiff : hostile)}`
    })
}

const linesIn = (text: string) => text.split('\n').length

describe('a control character in any field does not get into', () => {
  test.each(DOORS)('%s', (_, show) => {
    fc.assert(
      fc.property(hostileTexts(fc), (hostile) => {
        const shown = show(marker(hostile), PLAIN)
        expect(shown.replaceAll('\n', '')).not.toMatch(CONTROL)
        expect(shown).toContain(MARK)
        expect(linesIn(shown)).toBe(linesIn(show(marker(hostile, printable), PLAIN)))
        expect(withoutOwnColours(show(marker(hostile), COLOURED)).replaceAll('\n', '')).not.toMatch(CONTROL)
      }),
      { numRuns: 40 },
    )
  })

  test('the message of a failure, whose further lines are indented', () => {
    fc.assert(
      fc.property(hostileTexts(fc), fc.boolean(), (hostile, debug) => {
        for (const error of [
          new PortolanError('usage', `a${hostile}`, `b${hostile}`),
          new Error(`c${hostile}`),
          hostile,
        ]) {
          const [first = '', ...others] = failureText(error, debug).trimEnd().split('\n')
          for (const line of [first, ...others]) expect(line).not.toMatch(CONTROL)
          expect(first).toMatch(/^portolan: /)
          if (!debug) for (const line of others) expect(line).toMatch(/^ {2}|^$/)
        }
      }),
    )
  })

  test('what the prober tells a journal', () => {
    fc.assert(
      fc.property(hostileTexts(fc), (hostile) => {
        const said: string[] = []
        const say = (fields: object, text: string) => said.push(text, ...Object.values(fields).map(String))
        const log = { debug: say, info: say, warn: say, error: say }
        announceIn(log)({ text: hostile, cluster: hostile, hint: hostile, isTrouble: true })
        expect(said).toHaveLength(3)
        for (const one of said) expect(one).not.toMatch(CONTROL)
      }),
    )
  })
})

test('a text without an end is cut at every place', () => {
  const mark = marker('x'.repeat(100_000))
  for (const [, show] of DOORS) {
    const longest = Math.max(
      ...show(mark, PLAIN)
        .split(/\s+|&|;|%/)
        .map(({ length }) => length),
    )
    expect(longest).toBeLessThan(20_000)
  }
})

describe('JSON has the data, and no control character', () => {
  test.each<[string, (mark: Mark) => string]>([
    [
      'watch --json',
      (mark) => {
        let text = ''
        const out = { write: (piece: string) => (text += piece) }
        jsonReporter(out, out).change(mark(CHANGES[3] as Change))
        return text
      },
    ],
    ['check, SARIF', (mark) => renderSarif(mark(CHECKED))],
  ])('%s', (_, show) => {
    fc.assert(
      fc.property(hostileTexts(fc), (hostile) => {
        const shown = show(marker(hostile))
        expect(shown.replaceAll('\n', '')).not.toMatch(CONTROL)
        expect(JSON.stringify(JSON.parse(shown))).toContain(JSON.stringify(hostile).slice(1, -1))
      }),
    )
  })
})
