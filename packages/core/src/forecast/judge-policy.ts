import { networkPolicy } from '../causes/network-policy.ts'
import { policyAgainst } from '../cluster/network-policy.ts'
import { letIn } from '../remedies/edits.ts'
import { portBehind, targetPortIn } from '../route/claim.ts'
import type { MappedPort } from '../route/mapped-port.ts'
import type { Claimed } from './claim.ts'
import { always, type Finding } from './finding.ts'
import type { Scene } from './scene.ts'

/** NetworkPolicies that let nobody from outside in, unless the pod network is known not to enforce any. */
export function keptOut({ world }: Scene, claim: Claimed, mapped: MappedPort): Finding | null {
  if (world.enforcesPolicies === false) return null
  const barred = claim.groups.map((group) => {
    const port =
      claim.kind === 'nodePort'
        ? targetPortIn(claim.port, group.template)
        : (portBehind(group.template, { ...mapped, addresses: [] })?.containerPort ?? null)
    const policy = port === null ? null : policyAgainst(group, port, world.policies)
    return policy === null || port === null ? null : { policy, port }
  })
  const first = barred[0]
  if (!first || barred.includes(null)) return null
  return always(
    networkPolicy.cause,
    `NetworkPolicy ${first.policy.namespace}/${first.policy.name} selects the pods and lets no client from outside the cluster in.`,
    {
      assumption:
        world.enforcesPolicies === true ? null : 'the pod network enforces policies, as kindnet does since kind 0.24',
      remedies: [letIn(first.policy, first.port, mapped.protocol.toUpperCase())],
    },
  )
}
