import type { ClusterObjects } from '@portolan/core'
import * as z from 'zod'
import { containers } from './fact.ts'
import { claim, node, pod, policy, service, slice, volume, workload } from './snapshot.ts'

const objects = z.object({
  cluster: z.string(),
  settings: z
    .object({ context: z.string(), kubeconfig: z.string().nullable() })
    .describe('what the commands of a forecast name'),
  containers,
  nodes: z.array(node),
  services: z.array(service),
  backends: z
    .array(z.tuple([z.string(), z.array(z.string())]))
    .describe('to which nodes a balancer leads each of its ports'),
  slices: z.array(slice).describe('of Services without a selector'),
  workloads: z.array(workload),
  pods: z.array(pod),
  policies: z.array(policy),
  volumes: z.array(z.union([volume, claim])),
  volumesUnknown: z.string().nullable().describe('why it is not known where volumes are'),
  enforcesPolicies: z.boolean().nullable(),
} satisfies Record<keyof ClusterObjects, z.ZodType>)

/**
 * The objects that a forecast reads: `GET /api/v1/objects`. A cluster whose objects are not known yet is left out. Times
 * are milliseconds since the epoch.
 */
export const objectsDocument = z.object({ clusters: z.array(objects) })

export interface ObjectsDocument {
  clusters: ClusterObjects[]
}

export function encodeObjects(clusters: readonly ClusterObjects[]): ObjectsDocument {
  return { clusters: clusters.map((one) => ({ ...one, pods: one.pods.map(withoutWords) })) }
}

/** What the containers of a pod say of themselves changes no forecast. */
function withoutWords(pod: ClusterObjects['pods'][number]): ClusterObjects['pods'][number] {
  return { ...pod, containers: pod.containers.map((container) => ({ ...container, message: '' })) }
}
