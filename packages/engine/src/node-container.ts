import { type Binding, type NodeContainer, timeOrUnknown, own } from '@portolan/core'
import * as z from 'zod'
import { portMap, readBindings, readWishedBindings } from './bindings.ts'
import type { ClusterNode } from './engine.ts'

/** kind marks its containers with these (kind, pkg/cluster/constants). */
export const CLUSTER_LABEL = 'io.x-k8s.kind.cluster'
const ROLE_LABEL = 'io.x-k8s.kind.role'

/** What `inspect` tells, as far as we read it; Podman and nerdctl leave some of it out. */
export const inspectedContainer = z.object({
  Id: z.string().min(1),
  Name: z.string().min(1),
  State: z
    .object({ Status: z.string().optional(), StartedAt: z.string().optional(), Error: z.string().optional() })
    .optional(),
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).optional(),
  HostConfig: z.object({ PortBindings: portMap.nullish() }).optional(),
  NetworkSettings: z
    .object({
      Ports: portMap.nullish(),
      Networks: z
        .record(
          z.string(),
          z.object({ IPAddress: z.string().optional(), GlobalIPv6Address: z.string().optional() }).nullable(),
        )
        .nullish(),
    })
    .optional(),
})

export type InspectedContainer = z.infer<typeof inspectedContainer>

type Networks = NonNullable<NonNullable<InspectedContainer['NetworkSettings']>['Networks']>

/** null where it is no node: the load balancer in front of several control planes carries kind's labels as well. */
export function readNode(inspected: InspectedContainer): ClusterNode | null {
  const labels = inspected.Config?.Labels ?? {}
  const cluster = labels[CLUSTER_LABEL]
  const role = labels[ROLE_LABEL]
  if (cluster === undefined || (role !== 'control-plane' && role !== 'worker')) return null
  const state = own(STATES, inspected.State?.Status ?? '') ?? 'dead'
  const live = state === 'running' || state === 'paused'
  const isOwn = (binding: Binding) => role === 'worker' || binding.containerPort !== API_SERVER_PORT
  const { Ports: inForce, Networks: networks } = inspected.NetworkSettings ?? {}
  return {
    cluster,
    container: {
      id: inspected.Id,
      name: inspected.Name.replace(/^\//, ''),
      role,
      state,
      // One that never started has Go's zero time.
      startedAt: timeOrUnknown(inspected.State?.StartedAt ?? ''),
      addresses: live ? readAddresses(networks ?? {}) : [],
      bindings: live ? readBindings(inForce).filter(isOwn) : [],
      // nerdctl before 2 tells of the ports as they were asked for, and not of the wish.
      wished: readWishedBindings(inspected.HostConfig?.PortBindings ?? inForce).filter(isOwn),
      ...(inspected.State?.Error ? { error: inspected.State.Error.slice(0, 1000) } : {}),
    },
  }
}

/** Every control plane publishes its API server so; who talks to it is kubectl. */
const API_SERVER_PORT = 6443

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

/** kind's network is called `kind` unless an experiment says otherwise; IPv4 comes first. */
function readAddresses(networks: Networks): string[] {
  const named = networks['kind']
  const joined = (named == null ? Object.values(networks) : [named]).filter((one) => one !== null)
  const addresses = [...joined.map((one) => one.IPAddress), ...joined.map((one) => one.GlobalIPv6Address)]
  return addresses.filter((address): address is string => address !== undefined && address !== '')
}
