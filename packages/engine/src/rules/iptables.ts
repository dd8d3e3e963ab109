import { isIP } from 'node:net'
import type { PortRule } from '@portolan/core'
import { boundedRule, type Door, type FoundRules, MOST_RULES } from './door.ts'

/** One line of `iptables-save -c`. */
interface Line {
  chain: string
  packets: number
  /** Each option with its value, `!` in front of one that is turned around. */
  options: Map<string, string>
}

/**
 * What the output of `iptables-save -c` holds for a port of the node; null where kube-proxy has written no such rules.
 *
 * Source: Kubernetes, pkg/proxy/iptables: NodePorts are dispatched in the chain KUBE-NODEPORTS of `nat`, and dropped or
 * rejected in KUBE-EXTERNAL-SERVICES of `filter`. Until 1.23 policy Local marked what is to be dropped in a KUBE-XLB chain.
 */
export function readIptables(saved: string, door: Door): FoundRules | null {
  const chains = new Map<string, string[]>()
  const stopping: string[] = []
  let table = ''
  let isKubeProxy = false
  for (const line of saved.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1).trim()
    if (line.startsWith(`:${NODE_PORTS} `)) isKubeProxy = true
    const [, chain] = /^\[\d+:\d+\] -A (\S+) /.exec(line) ?? []
    if (chain === undefined) continue
    if (/ -j (?:DROP|REJECT)\b/.test(line)) stopping.push(line)
    if (table !== 'nat' || !chain.startsWith('KUBE-')) continue
    const lines = chains.get(chain)
    if (lines === undefined) chains.set(chain, [line])
    else lines.push(line)
  }
  if (!isKubeProxy) return null
  const stops = stopping.map(readLine).filter((one) => isForDoor(one, door) && !one.options.has('-d'))
  return {
    mode: 'iptables',
    rules: [...stops.map(asStop), ...forwards(chains, door)].slice(0, MOST_RULES).map(boundedRule),
  }
}

const NODE_PORTS = 'KUBE-NODEPORTS'
const MARK_DROP = 'KUBE-MARK-DROP'

function readLine(text: string): Line {
  const [, packets = '0', chain = '', rest = ''] = /^\[(\d+):\d+\] -A (\S+) (.*)$/.exec(text) ?? []
  const words = [...rest.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(
    ([, quoted, plain]) => plain ?? quoted?.replaceAll(/\\(.)/g, '$1') ?? '',
  )
  return { chain, packets: Number(packets), options: readOptions(words) }
}

/** A comment may look like an option, and is none. */
function readOptions(words: readonly string[]): Map<string, string> {
  const options = new Map<string, string>()
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? ''
    if (!word.startsWith('-')) continue
    const name = words[index - 1] === '!' ? `!${word}` : word
    const next = words[index + 1] ?? ''
    const hasValue = word === '--comment' || !next.startsWith('-')
    options.set(name, hasValue ? next : '')
    if (hasValue) index += 1
  }
  return options
}

function isForDoor({ options }: Line, { port, protocol }: Door): boolean {
  const ports = options.get('--dport') ?? options.get('--dports')
  if (options.get('-p') !== protocol || ports === undefined) return false
  return ports.split(',').some((part) => {
    const [first = '', last = first] = part.split(':')
    return /^\d+$/.test(first) && Number(first) <= port && port <= Number(last)
  })
}

function asStop({ chain, packets, options }: Line): PortRule {
  const verdict = options.get('-j') === 'REJECT' ? 'reject' : 'drop'
  return { chain, verdict, packets, to: [], ...readComment(options.get('--comment') ?? '') }
}

/** `default/web:http has no local endpoints` */
function readComment(comment: string): Pick<PortRule, 'service' | 'reason'> {
  const [, service = '', reason] = /^(\S+) has (no local endpoints|no endpoints)$/.exec(comment) ?? []
  if (reason === undefined) return { service: '', reason: 'other' }
  return { service, reason: reason === 'no endpoints' ? 'without_endpoints' : 'without_local_endpoints' }
}

/** Where those are sent who come from outside: what holds for the node itself and for pods alone is left out. */
function forwards(chains: ReadonlyMap<string, string[]>, door: Door): PortRule[] {
  const entries = (chains.get(NODE_PORTS) ?? []).map(readLine)
  return entries.flatMap((entry): PortRule[] => {
    const { chain, packets, options } = entry
    if (!isForDoor(entry, door) || isForInsiders(entry) || options.has('-d')) return []
    const { to, dropped } = follow(chains, options.get('-j') ?? '', new Set())
    const [service = ''] = (options.get('--comment') ?? '').split(' ')
    return [
      ...dropped,
      ...(to.length === 0
        ? []
        : [{ chain, verdict: 'forward' as const, reason: 'other' as const, service, packets, to }]),
    ]
  })
}

function follow(
  chains: ReadonlyMap<string, string[]>,
  name: string,
  passed: Set<string>,
): { to: PortRule['to']; dropped: PortRule[] } {
  if (passed.has(name) || passed.size > MOST_RULES) return { to: [], dropped: [] }
  passed.add(name)
  const lines = (chains.get(name) ?? []).map(readLine).filter((line) => !isForInsiders(line))
  const found = lines.map((line) => {
    const { options } = line
    const jump = options.get('-j') ?? ''
    if (jump === MARK_DROP) return { to: [], dropped: [asStop(line)] }
    if (jump === 'DNAT') return { to: readDestination(options.get('--to-destination') ?? ''), dropped: [] }
    return jump.startsWith('KUBE-') ? follow(chains, jump, passed) : { to: [], dropped: [] }
  })
  return { to: found.flatMap(({ to }) => to), dropped: found.flatMap(({ dropped }) => dropped) }
}

function isForInsiders({ options }: Line): boolean {
  return options.has('-s') || options.get('--src-type') === 'LOCAL'
}

/** `10.244.1.2:8080`, `[fd00::2]:8080` */
function readDestination(text: string): PortRule['to'] {
  const [, address = '', port] = /^\[?([0-9a-fA-F:.]+?)\]?:(\d{1,5})$/.exec(text) ?? []
  return isIP(address) === 0 ? [] : [{ address, port: Number(port) }]
}
