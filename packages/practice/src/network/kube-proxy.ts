import type { Clock } from '@portolan/core'
import type { Store } from '../api/store.ts'
import type { Endpoint, Pod } from '../objects.ts'

/** What a node does with traffic to one NodePort. */
export interface Rule {
  /** externalTrafficPolicy Local. */
  local: boolean
  /** Endpoints that get traffic wherever they are; with none the node rejects. */
  anywhere: Backend[]
  /** Endpoints on this node that get traffic; under policy Local the node drops when there is none. */
  here: Backend[]
}

/** Both empty: nobody has the address. */
export interface Backend {
  uid: string
  node: string
}

/** The rules of one node, which follow Services and EndpointSlices after a short delay, unless it is frozen. */
export interface KubeProxy {
  rules(): ReadonlyMap<number, Rule>
  freeze(): void
  thaw(): void
  frozen(): boolean
  /** Everything it has heard of is programmed. */
  synced(): boolean
  /** How long ago what it programs was last changed, ms, whether it heard of it or not. */
  sinceChange(): number
  /** Programs everything anew after `ms`; until then there are no rules, as after a boot. */
  boot(ms: number): void
  stop(): void
}

export function createKubeProxy(options: {
  node: string
  store: Store
  clock: Clock
  random: () => number
  syncMs: readonly [number, number]
  onSync(): void
}): KubeProxy {
  const { node, store, clock, random, syncMs, onSync } = options
  let rules = new Map<number, Rule>()
  let pending: (() => void) | null = null
  let frozen = false
  let changedAt = Number.NEGATIVE_INFINITY

  const schedule = (ms: number) => {
    if (frozen) return
    pending ??= clock.after(ms, () => {
      pending = null
      rules = programRules(store, node)
      onSync()
    })
  }
  const cancel = () => {
    pending?.()
    pending = null
  }
  const syncSoon = () => schedule(syncMs[0] + random() * (syncMs[1] - syncMs[0]))
  const unsubscribe = store.subscribe(({ resource }) => {
    if (resource !== 'services' && resource !== 'endpointslices') return
    changedAt = clock.monotonic()
    syncSoon()
  })
  return {
    rules: () => rules,
    freeze() {
      frozen = true
      cancel()
    },
    thaw() {
      frozen = false
      syncSoon()
    },
    frozen: () => frozen,
    synced: () => pending === null,
    sinceChange: () => clock.monotonic() - changedAt,
    boot(ms) {
      cancel()
      rules = new Map()
      schedule(ms)
    },
    stop() {
      unsubscribe()
      cancel()
    },
  }
}

function programRules(store: Store, node: string): Map<number, Rule> {
  const rules = new Map<number, Rule>()
  const pods = store.list('pods')
  for (const service of store.list('services')) {
    const { name, namespace } = service.metadata
    for (const port of service.spec.ports) {
      if (port.nodePort === undefined) continue
      const endpoints = store
        .list('endpointslices')
        .filter((slice) => slice.metadata.namespace === namespace)
        .filter((slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === name)
        .filter((slice) => slice.ports.some((one) => one.name === (port.name ?? '')))
        .flatMap((slice) => slice.endpoints)
      rules.set(port.nodePort, {
        local: service.spec.externalTrafficPolicy === 'Local',
        anywhere: backendsOf(usable(endpoints), pods),
        here: backendsOf(usable(endpoints.filter((endpoint) => endpoint.nodeName === node)), pods),
      })
    }
  }
  return rules
}

/**
 * The ready ones; where there is none, those that terminate and still serve. Decided for the cluster and for each
 * node on its own.
 *
 * Source: Kubernetes, KEP-1669 "Proxy Terminating Endpoints", and discovery.k8s.io/v1 EndpointConditions: without a
 * word ready is true, serving as ready, terminating false.
 */
function usable(endpoints: Endpoint[]): Endpoint[] {
  const ready = endpoints.filter(isReadyEndpoint)
  if (ready.length > 0) return ready
  return endpoints.filter((one) => (one.conditions?.serving ?? isReadyEndpoint(one)) && one.conditions?.terminating)
}

function isReadyEndpoint({ conditions }: Endpoint): boolean {
  return conditions?.ready ?? true
}

/** A rule leads to an address: which pod that is, and on which node, an endpoint need not say. */
function backendsOf(endpoints: Endpoint[], pods: readonly Pod[]): Backend[] {
  return endpoints.map(({ addresses, nodeName, targetRef }) => {
    const pod = pods.find(({ status }) => status.podIP !== undefined && addresses.includes(status.podIP))
    return { uid: targetRef?.uid ?? pod?.metadata.uid ?? '', node: nodeName ?? pod?.spec.nodeName ?? '' }
  })
}
