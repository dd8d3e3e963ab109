import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { Command, Executed } from '../../src/exec.ts'
import { ruleCommands } from '../../src/rules/commands.ts'
import { readRules, type RuleQuestion } from '../../src/rules/read-rules.ts'

const recorded = (name: string) => readFileSync(join(import.meta.dirname, '../recorded', name), 'utf8')
const wrote = (output: string): Executed => ({ exitCode: 0, output, complaint: '' })
const failed = (exitCode: number, complaint = ''): Executed => ({ exitCode, output: '', complaint })

const NO_TABLE = failed(1, 'Error: No such file or directory\nlist table ip kube-proxy\n              ^^^^^^^^^^\n')
const QUESTION: RuleQuestion = {
  container: 'id-a',
  node: 'sea-worker',
  family: 'IPv4',
  port: 30080,
  protocol: 'tcp',
}

/** A node in which each program answers so; all others are not there. */
function node(answers: Record<string, Executed | Error>) {
  const asked: Command[] = []
  return {
    asked,
    run: async (command: Command) => {
      asked.push(command)
      const answer = answers[command.words[0] ?? ''] ?? failed(127)
      if (answer instanceof Error) throw answer
      return answer
    },
  }
}

const IPTABLES = { nft: NO_TABLE, 'iptables-save': wrote(recorded('iptables-save.txt')), cat: wrote('41\n262144\n') }
const NFTABLES = {
  nft: wrote(recorded('nft-table.json')),
  'iptables-save': wrote('*filter\nCOMMIT\n'),
  cat: wrote('41\n262144\n'),
}

describe('reading the rules of a node', () => {
  test.each([
    ['iptables', IPTABLES],
    ['nftables', NFTABLES],
  ])('finds out how kube-proxy writes them: %s', async (mode, answers) => {
    expect(await readRules(QUESTION, node(answers).run)).toMatchObject({
      mode,
      rules: [{ verdict: 'drop', service: 'default/local' }],
      connections: { count: 41, most: 262_144 },
      unread: [],
    })
  })

  test.each(['IPv4', 'IPv6'] as const)('runs what it says that it runs, and nothing else (%s)', async (family) => {
    const { asked, run } = node(IPTABLES)
    await readRules({ ...QUESTION, family }, run)
    expect(asked.map(({ words }) => words)).toEqual(ruleCommands(family))
    expect(asked.every(({ container }) => container === 'id-a')).toBe(true)
  })

  test.each<[string, Record<string, Executed | Error>, string[]]>([
    [
      'no such programs',
      {},
      ['nft is not in the image of sea-worker', 'iptables-save is not in the image of sea-worker'],
    ],
    [
      'no right to ask',
      { nft: failed(1, 'Operation not permitted (you must be root)\nmore'), 'iptables-save': failed(4, 'no') },
      [
        'nft failed in sea-worker: Operation not permitted (you must be root)',
        'iptables-save failed in sea-worker: no',
      ],
    ],
    [
      'an engine that does not answer',
      { nft: new Error('no answer within 10 s'), 'iptables-save': new Error('no answer within 10 s') },
      [
        'nft could not be asked in sea-worker: no answer within 10 s',
        'iptables-save could not be asked in sea-worker: no answer within 10 s',
      ],
    ],
    [
      'an answer that cannot be read',
      { nft: wrote('{}'), 'iptables-save': wrote('') },
      ['nft could not be asked in sea-worker: it lists no such table of kube-proxy'],
    ],
  ])('%s: that is named, and no rule is found', async (_, answers, unread) => {
    expect(await readRules(QUESTION, node(answers).run)).toEqual({ mode: null, rules: [], connections: null, unread })
  })

  test('a program that is missed for the other mode alone is not worth a word', async () => {
    const { nft: _, ...withoutNft } = IPTABLES
    expect(await readRules(QUESTION, node(withoutNft).run)).toMatchObject({ mode: 'iptables', unread: [] })
    expect(await readRules(QUESTION, node({ nft: NFTABLES.nft }).run)).toMatchObject({ mode: 'nftables', unread: [] })
  })

  test('what could not be read may be more, where the other mode left something', async () => {
    const unreadable = { ...IPTABLES, nft: wrote('{}') }
    expect(await readRules(QUESTION, node(unreadable).run)).toMatchObject({
      mode: 'iptables',
      unread: ['nft could not be asked in sea-worker: it lists no such table of kube-proxy'],
    })
  })

  test('a node without kube-proxy has none', async () => {
    const bare = { nft: NO_TABLE, 'iptables-save': wrote('*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n') }
    expect(await readRules(QUESTION, node(bare).run)).toEqual({ mode: null, rules: [], connections: null, unread: [] })
  })

  test.each(['', '41\n', 'many\nmore\n', '41\n0\n', '-1\n99999999999\n'])(
    '%j is no table of connections',
    async (text) => {
      expect((await readRules(QUESTION, node({ ...IPTABLES, cat: wrote(text) }).run)).connections).toBeNull()
    },
  )
})
