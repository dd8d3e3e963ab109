import { isIP } from 'node:net'
import type { PortRule } from '@portolan/core'
import * as z from 'zod'
import { parseJson } from '../json.ts'
import { boundedRule, type Door, type FoundRules, MOST_RULES } from './door.ts'

const listing = z.object({ nftables: z.array(z.record(z.string(), z.unknown())) })
const mapObject = z.object({ name: z.string(), elem: z.array(z.tuple([z.unknown(), z.unknown()])).optional() })
const ruleObject = z.object({ chain: z.string(), expr: z.array(z.record(z.string(), z.unknown())) })
const counted = z.object({ packets: z.number() })
const bare = z.object({ concat: z.tuple([z.string(), z.number()]) })
const commented = z.object({ val: bare, comment: z.string().optional(), counter: counted.optional() })
const key = z.union([z.object({ elem: commented }).transform(({ elem }) => elem), bare.transform((val) => ({ val }))])
const destination = z.object({ addr: z.string(), port: z.number() })
const jump = z.object({ target: z.string() })

type Key = z.infer<typeof commented>
type Expression = z.infer<typeof ruleObject>['expr']
type ExprsOf = (chain: string) => Expression[]

/**
 * What the output of `nft -j list table ip kube-proxy` holds for a port of the node.
 *
 * Source: Kubernetes, pkg/proxy/nftables: NodePorts are dispatched by the map `service-nodeports`, and dropped or rejected
 * by `no-endpoint-nodeports`.
 *
 * @throws {Error} where it is no such table, or an entry of these maps is not of that shape: another one may be missed
 */
export function readNftables(listed: string, door: Door): FoundRules {
  const objects = parseJson(listing, listed)?.nftables ?? []
  const maps = objects.flatMap(({ map }) => mapObject.safeParse(map).data ?? [])
  if (!maps.some(({ name }) => name === SERVICES)) throw new Error('it lists no such table of kube-proxy')
  const chains = Map.groupBy(
    objects.flatMap(({ rule }) => ruleObject.safeParse(rule).data ?? []),
    ({ chain }) => chain,
  )
  const exprsOf = (chain: string) => (chains.get(chain) ?? []).map(({ expr }) => expr)
  const at = (name: string) =>
    maps
      .flatMap((one) => (one.name === name ? (one.elem ?? []) : []))
      .map(([of, verdict]) => ({ of: readKey(of), verdict }))
      .filter(({ of }) => isForDoor(of, door))
  const stops = at(STOPPED).flatMap(({ of, verdict }) => asStop(of, verdict))
  const forwards = at(SERVICES).flatMap(({ of, verdict }) => asForward(of, targetsIn(verdict), exprsOf))
  return { mode: 'nftables', rules: [...stops, ...forwards].slice(0, MOST_RULES).map(boundedRule) }
}

const STOPPED = 'no-endpoint-nodeports'
const SERVICES = 'service-nodeports'
const REJECT = 'reject-chain'

function readKey(of: unknown): Key {
  const read = key.safeParse(of)
  if (!read.success) throw new Error('it lists what cannot be read as a port')
  return read.data
}

function isForDoor({ val: { concat } }: Pick<Key, 'val'>, { port, protocol }: Door): boolean {
  return concat[0] === protocol && concat[1] === port
}

function asStop({ comment = '', counter }: Key, verdict: unknown): PortRule[] {
  const rule = { chain: STOPPED, service: comment, packets: counter?.packets ?? null, to: [] }
  if (z.object({ drop: z.unknown() }).safeParse(verdict).success)
    return [{ ...rule, verdict: 'drop', reason: 'without_local_endpoints' }]
  return targetsIn(verdict).includes(REJECT) ? [{ ...rule, verdict: 'reject', reason: 'without_endpoints' }] : []
}

function asForward({ counter }: Key, chains: readonly string[], exprsOf: ExprsOf): PortRule[] {
  const to = follow(exprsOf, chains, new Set())
  if (to.length === 0) return []
  const packets = counter?.packets ?? null
  return [{ chain: SERVICES, verdict: 'forward', reason: 'other', service: serviceOf(chains[0] ?? ''), packets, to }]
}

/** `external-VLMJ5T2V-default/web/tcp/http` is of `default/web:http`. */
function serviceOf(chain: string): string {
  const [, service = '', port = ''] = /^external-[^-]+-([^/]+\/[^/]+)\/[^/]+\/(.*)$/.exec(chain) ?? []
  return port === '' ? service : `${service}:${port}`
}

/** Where those are sent who come from outside: what holds for the node itself and for pods alone is left out. */
function follow(exprsOf: ExprsOf, chains: readonly string[], passed: Set<string>): PortRule['to'] {
  return chains.flatMap((chain) => {
    if (passed.has(chain) || passed.size > MOST_RULES) return []
    passed.add(chain)
    return exprsOf(chain)
      .filter((expr) => !isForInsiders(expr))
      .flatMap((expr) => [
        ...expr.flatMap(({ dnat }) => destination.safeParse(dnat).data ?? []).flatMap(asTarget),
        ...follow(exprsOf, expr.flatMap(targetsIn), passed),
      ])
  })
}

function asTarget({ addr, port }: z.infer<typeof destination>): PortRule['to'] {
  return isIP(addr) === 0 ? [] : [{ address: addr, port }]
}

/** It looks at where packets come from. */
function isForInsiders(expr: Expression): boolean {
  return expr.some(({ match }) => /"saddr"/.test(JSON.stringify(match ?? null)))
}

/** The chains that a verdict, an expression or a map of verdicts within it leads to. */
function targetsIn(value: unknown, depth = 0): string[] {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return []
  return Object.entries(value).flatMap(([name, inner]) => {
    const target = name === 'goto' || name === 'jump' ? jump.safeParse(inner).data?.target : undefined
    return target === undefined ? targetsIn(inner, depth + 1) : [target]
  })
}

const DEEPEST = 20
