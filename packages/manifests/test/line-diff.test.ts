import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { unifiedDiff } from '../src/line-diff.ts'

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}`)
const text = (lines: string[]) => `${lines.join('\n')}\n`

test('a change is shown with three lines around it', () => {
  const before = numbered(9)
  expect(unifiedDiff('a.yaml', text(before), text(before.with(4, 'new')))).toBe(`--- a/a.yaml
+++ b/a.yaml
@@ -2,7 +2,7 @@
 line 2
 line 3
 line 4
-line 5
+new
 line 6
 line 7
 line 8`)
})

test('changes far apart are hunks of their own', () => {
  const before = numbered(30)
  const diff = unifiedDiff('a', text(before), text(before.with(2, 'x').with(20, 'y').toSpliced(25, 0, 'z')))
  expect(diff.match(/^@@.*@@$/gm)).toEqual(['@@ -1,6 +1,6 @@', '@@ -18,11 +18,12 @@'])
})

test('equal texts have no diff', () => {
  expect(unifiedDiff('a', 'x\n', 'x\n')).toBe('')
})

test('applying the diff to the old text gives the new one', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 })
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const diff = unifiedDiff('f', text(before), text(after))
      expect(apply(before.length === 0 ? [''] : before, diff)).toEqual(after.length === 0 ? [''] : after)
    }),
  )
})

function apply(before: string[], diff: string): string[] {
  const after: string[] = []
  let next = 0
  for (const line of diff.split('\n').slice(2)) {
    const start = /^@@ -(\d+),/.exec(line)?.[1]
    if (start !== undefined) {
      while (next < Number(start) - 1) after.push(before[next++] ?? '')
      continue
    }
    if (line[0] !== '+') expect(before[next++]).toBe(line.slice(1))
    if (line[0] !== '-') after.push(line.slice(1))
  }
  return [...after, ...before.slice(next)]
}
