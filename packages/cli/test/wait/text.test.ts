import { expect, test } from '@jest/globals'
import { styleFor } from '../../src/render/style.ts'
import { answerLine, outcomeLines } from '../../src/wait/text.ts'
import { darkTarget, incident, NOON, target } from '../views.ts'

test('ports that one incident keeps dark have its story once', () => {
  const ports = ['a', 'b', 'c'].map((node) => ({
    target: darkTarget(30080, { id: `node:${node}:30080`, entry: 'node', incident: 'sea-30080-abc' }),
    answers: false,
    answeredAfterMs: null,
    isAgain: false,
    incident: incident({ target: 'node:a:30080' }),
  }))
  const style = styleFor({ isTTY: false } as NodeJS.WriteStream, {})
  const text = outcomeLines(ports, 5000, { now: NOON, width: 100, style, several: false }).join('\n')
  expect(text.match(/has been dark/g)).toHaveLength(1)
  expect(text).toContain('b:30080 does not answer either: etp_local, as above')
  expect(text).toMatch(/3 of 3 ports did not answer/)
})

test.each([
  [false, '✓ 30080 answers after 4.5 s'],
  [true, '✓ 30080 answers again after 4.5 s'],
])('a port that answers has its line (again: %s)', (isAgain, text) => {
  const port = { target: target(30080), answers: true, answeredAfterMs: 4500, isAgain, incident: null }
  expect(
    answerLine(port, {
      now: NOON,
      width: 100,
      style: styleFor({ isTTY: false } as NodeJS.WriteStream, {}),
      several: false,
    }),
  ).toBe(text)
})
