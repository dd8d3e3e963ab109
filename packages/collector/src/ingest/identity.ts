import type { Observation, Observer } from '@portolan/core'

/** Who talks to the collector from elsewhere, once that is proven. */
export type Identity = { kind: 'agent'; node: string } | { kind: 'prober' }

/** null: nobody who may talk. Rejects where that cannot be found out at the moment. */
export type Authenticate = (token: string) => Promise<Identity | null>

/** Whose assignment it gets. */
export function observerOf(identity: Identity): Observer {
  return identity.kind === 'agent' ? `node/${identity.node}` : 'host'
}

/** Nobody speaks for another: an agent for its own node alone, the prober for the host. */
export function maySpeakAs(identity: Identity, source: string): boolean {
  return identity.kind === 'agent' ? source === `agent/${identity.node}` : source.startsWith('prober/')
}

/** By which its requests are counted. */
export function speakerOf(identity: Identity): string {
  return identity.kind === 'agent' ? identity.node : 'prober'
}

/**
 * A gap of scope `prober` excuses what probes of the host saw meanwhile, which an agent cannot know: where it could not see
 * itself, its own observations are missing and nothing else.
 */
export function asItsOwn(identity: Identity, observed: Observation): Observation {
  return identity.kind === 'agent' && observed.kind === 'gap' ? { ...observed, scope: 'spool' } : observed
}

const OF_AGENTS: readonly Observation['kind'][] = ['outcome', 'protocol', 'agent', 'gap']
const OF_PROBERS: readonly Observation['kind'][] = [
  'outcome',
  'protocol',
  'gap',
  'vantages',
  'neighbours',
  'engine',
  'containers',
  'container',
  'balancer',
]

/** Why it may not report this; null when it is. */
export function overstepping(identity: Identity, observed: Observation): string | null {
  const kinds = identity.kind === 'agent' ? OF_AGENTS : OF_PROBERS
  if (!kinds.includes(observed.kind))
    return `${identity.kind === 'agent' ? 'an agent' : 'a prober'} may not report ${observed.kind}`
  if (observed.kind === 'outcome') {
    const { vantage } = observed.outcome
    const own = identity.kind === 'agent' ? vantage === `node/${identity.node}` : vantage.startsWith('host/')
    return own ? null : `the vantage ${vantage} is not its own`
  }
  if (observed.kind === 'agent' && identity.kind === 'agent' && observed.node !== identity.node)
    return `it is not the agent on ${observed.node}`
  return null
}
