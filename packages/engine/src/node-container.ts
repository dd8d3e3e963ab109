import { type Binding, type NodeContainer, timeOrUnknown, own } from '@portolan/core'
import { readBindings, readWishedBindings } from './bindings.ts'
import type { ClusterNode } from './engine.ts'
import type { InspectedContainer } from './inspected.ts'
import { providerOf } from './providers/index.ts'
import type { Provider } from './providers/provider.ts'

type Networks = NonNullable<NonNullable<InspectedContainer['NetworkSettings']>['Networks']>

/** null where it is no part of a cluster that we know the tool of. */
export function readNode(inspected: InspectedContainer): ClusterNode | null {
  const labels = inspected.Config?.Labels ?? {}
  const provider = providerOf(labels)
  const member = provider?.read(labels, inspected) ?? null
  if (provider === null || member === null) return null
  const { cluster, context, role, service } = member
  const state = own(STATES, inspected.State?.Status ?? '') ?? 'dead'
  const live = state === 'running' || state === 'paused'
  const isOfUser = ({ containerPort }: Binding) => !provider.isOwnPort(containerPort, role)
  const { Ports: inForce, Networks: networks } = inspected.NetworkSettings ?? {}
  return {
    cluster,
    context,
    provider: provider.name,
    ...(role === 'balancer' && balancerOf(provider, readBindings(inspected.NetworkSettings?.Ports))),
    container: {
      id: inspected.Id,
      name: inspected.Name.replace(/^\//, ''),
      role,
      provider: provider.name,
      state,
      // One that never started has Go's zero time.
      startedAt: timeOrUnknown(inspected.State?.StartedAt ?? ''),
      addresses: live ? readAddresses(networks ?? {}, provider.network) : [],
      bindings: live ? readBindings(inForce).filter(isOfUser) : [],
      // nerdctl before 2 tells of the ports as they were asked for, and not of the wish.
      wished: readWishedBindings(inspected.HostConfig?.PortBindings ?? inForce).filter(isOfUser),
      ...(service && { service }),
      ...(inspected.State?.Error ? { error: inspected.State.Error.slice(0, 1000) } : {}),
    },
  }
}

function balancerOf({ balancer: source }: Provider, bindings: readonly Binding[]): Pick<ClusterNode, 'balancer'> {
  if (source === undefined) return {}
  const { from } = source
  const isAdmin = ({ containerPort, protocol }: Binding) =>
    'port' in from && containerPort === from.port && protocol === 'tcp'
  return { balancer: { source, published: bindings.find(isAdmin)?.hostPort ?? null } }
}

/** Docker's states, then those that only Podman or containerd have. */
const STATES: Record<string, NodeContainer['state']> = {
  created: 'created',
  running: 'running',
  paused: 'paused',
  restarting: 'restarting',
  removing: 'removing',
  exited: 'exited',
  dead: 'dead',
  configured: 'created',
  initialized: 'created',
  stopping: 'running',
  stopped: 'exited',
  pausing: 'running',
}

/** IPv4 comes first. */
function readAddresses(networks: Networks, network: string | undefined): string[] {
  const named = network === undefined ? null : own(networks, network)
  const joined = (named == null ? Object.values(networks) : [named]).filter((one) => one !== null)
  const addresses = [...joined.map((one) => one.IPAddress), ...joined.map((one) => one.GlobalIPv6Address)]
  return addresses.filter((address): address is string => address !== undefined && address !== '')
}
