import { expect, test } from '@jest/globals'
import { backMessage, darkMessage } from '../src/event-words.ts'
import { incident } from './incident.ts'

test('a dark port is told with its cause and the first command that helps', () => {
  expect(darkMessage(incident())).toBe(
    'host:30080 is dark: The pod sits on b, the port is mapped to a. Fix: kubectl --context=kind-sea --namespace=web patch service/web',
  )
})

test('a cause without a command is told alone', () => {
  const remedies = [{ text: 'Ask the network team' }]
  expect(darkMessage(incident({ remedies }))).toBe('host:30080 is dark: The pod sits on b, the port is mapped to a.')
})

test.each([
  ['a long sentence is shortened, the command is not', 'x'.repeat(2000), 'kubectl --context=kind-sea get pods', 1024],
  ['a command that would not fit is left out', 'short', 'y'.repeat(2000), 25],
])('%s', (_, summary, command, length) => {
  const message = darkMessage(incident({ summary, remedies: [{ text: '', command }] }))
  expect(message).toHaveLength(length)
  if (length === 1024) expect(message.endsWith(`... Fix: ${command}`)).toBe(true)
})

test.each([
  [34_800, '35 s'],
  [119_000, '1 min 59 s'],
  [1_500_000, '25 min 0 s'],
  [9_000_000, '2 h 30 min'],
])('a port that answers again is told with how long it was dark: %i ms', (ms, text) => {
  const closed = incident({ darkSince: 1000, darkUntil: 1000 + ms })
  expect(backMessage(closed, 0)).toBe(`host:30080 answers again after ${text} (etp_local)`)
})

test('a port that went away while dark does not answer again: it is told until then, and why', () => {
  const ended = 'the port is no longer mapped'
  expect(backMessage(incident({ darkSince: 1000, ended }), 5000)).toBe(
    'host:30080 is no longer watched after 4.0 s: the port is no longer mapped (etp_local)',
  )
})
