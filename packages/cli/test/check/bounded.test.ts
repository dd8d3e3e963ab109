import { describe, expect, test } from '@jest/globals'
import { mapStrings } from '@portolan/core'
import type { CheckDocument } from '@portolan/wire'
import { bounded } from '../../src/check/bounded.ts'
import { renderGithub } from '../../src/check/github.ts'
import { renderSarif } from '../../src/check/sarif.ts'
import { renderSummary } from '../../src/check/summary.ts'
import { renderText } from '../../src/check/text.ts'

const REMEDIES = [{ text: 'Let every node forward', cost: 'addresses', command: 'kubectl patch', diff: '--- a/x' }]

const CHECKED: CheckDocument = {
  clusters: [{ name: 'dev', nodes: ['dev-worker'] }],
  ports: [
    {
      cluster: 'dev',
      hostPort: 8080,
      listenAddress: '0.0.0.0',
      protocol: 'tcp',
      node: 'dev-worker',
      containerPort: 30080,
      service: 'default/web',
      verdict: 'may_go_dark',
      darkProbability: 0.5,
      cause: 'etp_local',
      summary: 'Pods may land elsewhere.',
      mappedNodes: ['dev-worker'],
      eligibleNodes: ['dev-worker'],
      assumption: 'uniform placement',
      remedies: REMEDIES,
      file: 'app.yaml',
      line: 1,
    },
  ],
  warnings: [
    { cause: 'pod_pending', text: 't', cluster: 'dev', hostPort: null, remedies: REMEDIES, file: 'app.yaml', line: 1 },
  ],
  problems: [{ file: 'app.yaml', line: 1, message: 'is empty' }],
  notes: [{ text: 'left out', file: 'app.yaml', line: 1 }],
}

/** What a format decides by comes from Portolan itself. */
const DECIDES = new Set(['protocol', 'verdict', 'cause'])
const endless = mapStrings(CHECKED, (text, key) => (DECIDES.has(key) ? text : 'x'.repeat(1_000_000)))

describe('of names and texts without an end', () => {
  test('each string has one, and a fix that would have to be cut is said in words alone', () => {
    const document = bounded(endless)
    const lengths: number[] = []
    mapStrings(document, (text) => {
      lengths.push(text.length)
      return text
    })
    expect(Math.max(...lengths)).toBe(4000)
    expect(document.ports[0]?.remedies.map((remedy) => Object.keys(remedy))).toEqual([['text', 'cost']])
    expect(document.warnings[0]?.remedies.map((remedy) => Object.keys(remedy))).toEqual([['text', 'cost']])
  })

  test.each([
    ['json', (document: CheckDocument) => JSON.stringify(document)],
    ['sarif', renderSarif],
    ['github', renderGithub],
    ['summary', renderSummary],
    ['text', renderText],
  ])('%s is short', (_, render) => {
    expect(render(bounded(endless)).length).toBeLessThan(100_000)
  })
})

test('what has an end stays as it is', () => {
  expect(bounded(CHECKED)).toEqual(CHECKED)
})
