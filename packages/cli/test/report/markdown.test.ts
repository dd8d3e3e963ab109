import { describe, expect, test } from '@jest/globals'
import type { Block } from '../../src/report/block.ts'
import { htmlOf } from '../../src/report/html.ts'
import { markdownOf } from '../../src/report/markdown.ts'

const NASTY = '<img src=x onerror=alert(1)> & `code` | *bold*'

const blocks: Block[] = [
  { kind: 'title', text: NASTY },
  { kind: 'list', items: [NASTY] },
  { kind: 'table', head: ['Port', 'Dark'], rows: [[NASTY, '1 s']], numbers: [1] },
  { kind: 'command', text: 'kubectl patch -p \'{"a":"```"}\'' },
]

describe('names out of the cluster stay text', () => {
  test('in Markdown', () => {
    const text = markdownOf(blocks)
    expect(text).toContain(String.raw`# &lt;img src=x onerror=alert(1)> &amp; \`code\` \| \*bold\*`)
    expect(text).not.toContain('<img')
    expect(text).toContain('| --- | ---: |')
  })

  test('in HTML', () => {
    const text = htmlOf(blocks)
    expect(text).not.toContain('<img')
    expect(text).toContain('<li>&lt;img src=x onerror=alert(1)&gt; &amp; `code` | *bold*</li>')
  })
})

test('a command with backticks stays one block', () => {
  expect(markdownOf(blocks)).toMatch(/^````sh\nkubectl patch[^]*?\n````$/m)
})

test('causes are written as they are called', () => {
  expect(markdownOf([{ kind: 'paragraph', text: 'etp_local, _odd_' }])).toBe(String.raw`etp_local, \_odd\_` + '\n')
})

test('the HTML loads and runs nothing', () => {
  const text = htmlOf(blocks)
  expect(text).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`)
  expect(text).not.toMatch(/<script|<link|src="|https?:/)
})

test.each([
  ['~~struck~~', String.raw`\~\~struck\~\~`],
  ['~~~', String.raw`\~\~\~`],
  ['# no heading', String.raw`\# no heading`],
  ['> no quote', String.raw`\> no quote`],
  ['- no item', String.raw`\- no item`],
  ['---', String.raw`\---`],
  ['12. no item', String.raw`12\. no item`],
  ['see https://evil.example', String.raw`see https\://evil.example`],
  ['see www.evil.example', String.raw`see www\.evil.example`],
  ['for @team, see other/repo#12', 'for @<!-- -->team, see other/repo#<!-- -->12'],
  ['2026-11-29 1.5 s', '2026-11-29 1.5 s'],
])('%s stays text', (text, expected) => {
  expect(markdownOf([{ kind: 'paragraph', text }])).toBe(`${expected}\n`)
})
