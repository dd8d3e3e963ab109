import { SETTLE_MS } from '../causes/context.ts'
import { nodeDown } from '../causes/node-down.ts'
import { hasNoNode } from '../causes/possible.ts'
import type { Incident } from '../model/incident.ts'
import { needsLocalPod } from '../route/claim.ts'
import { rootIdentity, servesOnMappedNode, servingNodes } from '../route/path.ts'
import type { Ports } from './ports.ts'
import type { TargetTrack } from './target-track.ts'

/**
 * The open incident of another way to the same pods that says why this one is dark as well: what is amiss behind all nodes
 * is one incident, not one a node. Ports that somebody mapped have each their own.
 */
export function incidentBeside({ ports }: { readonly ports: Ports }, track: TargetTrack): Incident | null {
  if (!isByAddress(track)) return null
  const identity = rootIdentity(track.path)
  for (const other of ports.tracks.values()) {
    if (other === track || other.incident === null || !isByAddress(other)) continue
    if (isOfAll(other.incident, other) && rootIdentity(other.path) === identity) return other.incident
  }
  return null
}

/** It says nothing of the one node alone, or all pods are on that node. */
function isOfAll({ cause }: Incident, { path }: TargetTrack): boolean {
  if (cause === nodeDown.cause) return servingNodes(path).length === 1 && servesOnMappedNode(path)
  return hasNoNode(cause) || cause === 'unproven'
}

/**
 * Another way to the same pods is, or was until a moment ago, dark for what is amiss behind all of them; or this one was not
 * meant to answer so far, and others were.
 */
export function isLedByAnother(cluster: { readonly ports: Ports }, track: TargetTrack, at: number): boolean {
  if (!isByAddress(track)) return false
  if (incidentBeside(cluster, track) !== null) return true
  const identity = rootIdentity(track.path)
  const others = [...cluster.ports.tracks.values()].filter(
    (other) => other !== track && isByAddress(other) && rootIdentity(other.path) === identity,
  )
  const { path } = track
  const isNode = path.mapping.entry === 'node'
  const isNotMeant = isNode && track.answered === 0 && needsLocalPod(path) && !servesOnMappedNode(path)
  return others.some(({ endedAt, answered }) => at - endedAt < SETTLE_MS || (isNotMeant && answered > 0))
}

function isByAddress({ path: { mapping, route } }: TargetTrack): boolean {
  return mapping.entry !== 'hostPort' && route.kind === 'nodePort'
}
