import type { ClusterNetwork, Taint } from '@portolan/core'

/** Arguments of k3s by their names: `--disable=traefik`, `--disable traefik`, or the two as items of their own. */
export class K3sArguments {
  readonly #values = new Map<string, string[]>()

  constructor(words: readonly string[]) {
    const all = words.flatMap((word) => word.trim().split(/\s+/))
    for (const [at, word] of all.entries()) {
      const [, name = '', value] = /^--?([\w-]+)(?:=(.*))?$/.exec(word) ?? []
      const next = all[at + 1] ?? ''
      if (name === '') continue
      this.#values.getOrInsertComputed(name, () => []).push(value ?? (next.startsWith('-') ? '' : next))
    }
  }

  of(name: string): readonly string[] {
    return this.#values.get(name) ?? []
  }

  has(name: string): boolean {
    return this.of(name).some((value) => value !== 'false')
  }

  /** Each value of a list that is written with commas, or by several arguments. */
  each(...names: string[]): string[] {
    return names
      .flatMap((name) => this.of(name))
      .flatMap((value) => value.split(','))
      .filter((one) => one !== '')
  }
}

/** Source: K3s, "k3s server": ServiceLB and Traefik, which takes 80 and 443 of every node, unless they are disabled. */
export function networkOf(given: K3sArguments): Omit<ClusterNetwork, 'apiServer'> {
  const disabled = new Set(given.each('disable', 'no-deploy'))
  const servesBalancers = !disabled.has('servicelb')
  const families = new Set(given.each('cluster-cidr').map((cidr) => (cidr.includes(':') ? 'ipv6' : 'ipv4')))
  return {
    family: families.size === 2 ? 'dual' : families.has('ipv6') ? 'ipv6' : 'ipv4',
    hasPodNetwork: !given.of('flannel-backend').includes('none'),
    proxyMode: given.has('disable-kube-proxy') ? 'none' : 'iptables',
    nodePortAddresses: [],
    servesBalancers,
    edgePorts: servesBalancers && !disabled.has('traefik') ? [80, 443] : [],
    nodePortRange: rangeOf(given),
    serviceRanges: serviceRangesOf(given),
  }
}

/** Source: K3s, "k3s server", --service-cidr; the default is that of a cluster without IPv6. */
function serviceRangesOf(given: K3sArguments): string[] {
  const ranges = given.each('service-cidr')
  return ranges.length > 0 || given.has('cluster-cidr') ? ranges : ['10.43.0.0/16']
}

function rangeOf(given: K3sArguments): ClusterNetwork['nodePortRange'] {
  const api = given.of('kube-apiserver-arg').flatMap((one) => /^service-node-port-range=(.*)$/.exec(one)?.[1] ?? [])
  const range = /^(\d+)-(\d+)$/.exec([...given.of('service-node-port-range'), ...api].at(-1) ?? '')
  return range === null ? { first: 30000, last: 32767 } : { first: Number(range[1]), last: Number(range[2]) }
}

/** `key=value` */
export function readLabels(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts
      .filter((text) => text !== '')
      .map((text) => {
        const at = text.indexOf('=')
        return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
      }),
  )
}

const EFFECTS: readonly Taint['effect'][] = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

/** `key=value:NoSchedule` */
export function readTaints(texts: readonly string[]): Taint[] {
  return texts.flatMap((text) => {
    const [, key, value = '', word] = /^([^=:]+)(?:=([^:]*))?:(\w+)$/.exec(text) ?? []
    const effect = EFFECTS.find((one) => one === word)
    return key === undefined || effect === undefined ? [] : [{ key, value, effect }]
  })
}
