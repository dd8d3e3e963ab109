import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { readIptables } from '../../src/rules/iptables.ts'

const RECORDED = readFileSync(join(import.meta.dirname, '../recorded/iptables-save.txt'), 'utf8')
const door = (port: number, protocol: 'tcp' | 'udp' = 'tcp') => ({ port, protocol })

/** A line more in the table `filter`. */
const withRule = (rule: string) => RECORDED.replace(':KUBE-FIREWALL', `${rule}\n:KUBE-FIREWALL`)
const rulesFor = (saved: string, port: number) => readIptables(saved, door(port))?.rules

describe('the rules of a node whose kube-proxy is in iptables mode (recorded on kind)', () => {
  test('policy Local and no endpoint on the node: the rule that drops, and what it counted', () => {
    expect(readIptables(RECORDED, door(30080))).toEqual({
      mode: 'iptables',
      rules: [
        {
          chain: 'KUBE-EXTERNAL-SERVICES',
          verdict: 'drop',
          reason: 'without_local_endpoints',
          service: 'default/local',
          packets: 74,
          to: [],
        },
      ],
    })
  })

  test('policy Cluster: the pods that it forwards to, from the chain that everybody passes', () => {
    expect(rulesFor(RECORDED, 30081)).toEqual([
      {
        chain: 'KUBE-NODEPORTS',
        verdict: 'forward',
        reason: 'other',
        service: 'default/cluster:http',
        packets: 0,
        to: [{ address: '10.244.2.5', port: 8080 }],
      },
    ])
  })

  test('a Service without endpoints: the rule that rejects', () => {
    expect(rulesFor(RECORDED, 30082)).toEqual([
      {
        chain: 'KUBE-EXTERNAL-SERVICES',
        verdict: 'reject',
        reason: 'without_endpoints',
        service: 'default/nobody:http',
        packets: 8,
        to: [],
      },
    ])
  })

  test.each([
    ['a port that nobody has', door(30090)],
    ['the same port over UDP', door(30080, 'udp')],
    ['a port within the digits of another', door(3008)],
    ['the port of a Service at its cluster address', door(80)],
  ])('%s has none', (_, one) => expect(readIptables(RECORDED, one)?.rules).toEqual([]))

  test.each([
    ['a rule of somebody else', '[5:300] -A INPUT -p tcp -m tcp --dport 30081 -j DROP', 'drop'],
    ['one for a range', '[5:300] -A INPUT -p tcp -m tcp --dport 30000:32767 -j REJECT', 'reject'],
    ['one for several ports', '[5:300] -A INPUT -p tcp -m multiport --dports 80,30081 -j DROP', 'drop'],
  ])('%s stops the port as well', (_, rule, verdict) => {
    expect(rulesFor(withRule(rule), 30081)).toContainEqual({
      chain: 'INPUT',
      verdict,
      reason: 'other',
      service: '',
      packets: 5,
      to: [],
    })
  })

  test.each([
    ['another port', '[5:300] -A INPUT -p tcp -m tcp --dport 30083 -j DROP'],
    ['all ports but this one', '[5:300] -A INPUT -p tcp -m tcp ! --dport 30081 -j DROP'],
    ['one address', '[5:300] -A INPUT -d 10.96.0.7/32 -p tcp -m tcp --dport 30081 -j DROP'],
    ['no port, whatever its comment looks like', '[5:300] -A INPUT -p tcp -m comment --comment --dport -j DROP'],
    ['no port, whatever its comment quotes', '[5:300] -A INPUT -p tcp -m comment --comment "--dport 30081" -j DROP'],
    ['a packet count that is none', '[x:y] -A INPUT -p tcp -m tcp --dport 30081 -j DROP'],
  ])('a rule for %s does not', (_, rule) => {
    expect(rulesFor(withRule(rule), 30081)?.map(({ verdict }) => verdict)).toEqual(['forward'])
  })

  test('policy Local until Kubernetes 1.23: the chain of the Service marks what is dropped', () => {
    const saved = [
      '*nat',
      ':KUBE-NODEPORTS - [0:0]',
      '[7:420] -A KUBE-NODEPORTS -p tcp -m comment --comment "default/web" -m tcp --dport 30080 -j KUBE-XLB-A',
      '[0:0] -A KUBE-XLB-A -s 10.244.0.0/16 -m comment --comment "Redirect pods" -j KUBE-SVC-A',
      '[6:360] -A KUBE-XLB-A -m comment --comment "default/web has no local endpoints" -j KUBE-MARK-DROP',
      '[0:0] -A KUBE-SVC-A -j KUBE-SEP-A',
      '[0:0] -A KUBE-SEP-A -p tcp -m tcp -j DNAT --to-destination 10.244.1.2:8080',
      'COMMIT',
    ].join('\n')
    expect(rulesFor(saved, 30080)).toEqual([
      {
        chain: 'KUBE-XLB-A',
        verdict: 'drop',
        reason: 'without_local_endpoints',
        service: 'default/web',
        packets: 6,
        to: [],
      },
    ])
  })

  test('IPv6: the address stands in brackets', () => {
    const saved = RECORDED.replaceAll('10.244.2.5:8080 ', 'x ').replaceAll('10.244.2.5:8080', '[fd00:10:244:2::5]:8080')
    expect(rulesFor(saved, 30081)?.[0]?.to).toEqual([{ address: 'fd00:10:244:2::5', port: 8080 }])
  })

  test('chains that lead to each other have an end', () => {
    const saved = [
      ':KUBE-NODEPORTS - [0:0]',
      '*nat',
      '[0:0] -A KUBE-NODEPORTS -p tcp --dport 30080 -j KUBE-A',
      '[0:0] -A KUBE-A -j KUBE-B',
      '[0:0] -A KUBE-B -j KUBE-A',
    ].join('\n')
    expect(rulesFor(saved, 30080)).toEqual([])
  })

  test.each([
    ['nothing', ''],
    ['rules that are not kube-proxy’s', '*filter\n:INPUT ACCEPT [0:0]\n[1:60] -A INPUT -p tcp --dport 30080 -j DROP\n'],
    ['no rules at all', '\u0000\u001b[2J'],
  ])('%s: kube-proxy writes none there', (_, saved) => expect(readIptables(saved, door(30080))).toBeNull())

  test('texts and lists are bounded', () => {
    const long = `[1:1] -A ${'X'.repeat(5000)} -p tcp --dport 30081 -j DROP\n`
    const rules = rulesFor(withRule(long.repeat(500)), 30081) ?? []
    expect(rules).toHaveLength(100)
    expect(rules[0]?.chain).toHaveLength(300)
  })
})
