import { type Claimed, containerPortOf } from '../route/claim.ts'
import { policyAgainst } from '../cluster/network-policy.ts'
import { letIn } from '../remedies/edits.ts'
import { always, type Finding } from './finding.ts'
import type { MappedPort } from '../route/mapped-port.ts'
import type { PodGroup } from '../cluster/pod-group.ts'
import type { Scene } from './scene.ts'

/** NetworkPolicies that let nobody from outside in. */
export function keptOut({ world }: Scene, claim: Claimed, mapped: MappedPort): Finding | null {
  const barred = claim.groups.map((group) => {
    const port = claim.kind === 'nodePort' ? containerPortOf(claim.port, group) : behindHostPort(group, mapped)
    const policy = port === null ? null : policyAgainst(group, port, world.policies)
    return policy === null || port === null ? null : { policy, port }
  })
  const first = barred[0]
  if (!first || barred.includes(null)) return null
  return always(
    'network_policy',
    `NetworkPolicy ${first.policy.namespace}/${first.policy.name} selects the pods and lets no client from outside the cluster in.`,
    {
      assumption: 'the pod network enforces policies, as kindnet does since kind 0.24',
      remedies: [letIn(first.policy, first.port, mapped.protocol.toUpperCase())],
    },
  )
}

function behindHostPort(group: PodGroup, mapped: MappedPort): number | null {
  return group.template.ports.find((one) => one.hostPort === mapped.containerPort)?.containerPort ?? null
}
