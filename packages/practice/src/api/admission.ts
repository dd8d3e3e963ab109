import * as z from 'zod'
import type { KubeObject, ResourceName } from '../objects.ts'
import { resourceNamed } from './resources.ts'
import { ApiError } from './status.ts'

/** More pods than a practice cluster has room for. */
const MOST_REPLICAS = 500

const port = z.int().min(1).max(65_535)
const strings = z.record(z.string(), z.string())
const count = z.int().min(0)

const metadata = z.looseObject({
  name: z.string().regex(/^[a-z0-9]([-a-z0-9.:]{0,251}[a-z0-9])?$/, 'expected a name of lower case letters and digits'),
  namespace: z.string().optional(),
  labels: strings.optional(),
  annotations: strings.optional(),
  ownerReferences: z.array(z.looseObject({ kind: z.string(), name: z.string(), uid: z.string() })).optional(),
})

const condition = z.looseObject({ type: z.string(), status: z.enum(['True', 'False', 'Unknown']) })

const container = z.looseObject({
  name: z.string(),
  image: z.string().default(''),
  command: z.array(z.string()).optional(),
  ports: z
    .array(
      z.looseObject({
        name: z.string().optional(),
        containerPort: port,
        hostPort: port.optional(),
        protocol: z.string().optional(),
      }),
    )
    .optional(),
})

const podSpec = z.looseObject({
  nodeName: z.string().optional(),
  hostNetwork: z.boolean().optional(),
  nodeSelector: strings.optional(),
  tolerations: z
    .array(
      z.looseObject({
        key: z.string().optional(),
        operator: z.string().optional(),
        value: z.string().optional(),
        effect: z.string().optional(),
        tolerationSeconds: z.number().optional(),
      }),
    )
    .optional(),
  terminationGracePeriodSeconds: count.max(86_400).optional(),
  containers: z.array(container).min(1),
})

const template = z.looseObject({
  metadata: z.looseObject({ labels: strings, annotations: strings.optional() }),
  spec: podSpec,
})

const replicated = {
  replicas: count.max(MOST_REPLICAS).default(1),
  selector: z.looseObject({ matchLabels: strings }),
  template,
}

const share = z.union([count, z.string().regex(/^\d{1,3}%$/)])

/** What the controllers read of each kind, with the defaults of the real API; other fields stay as they are. */
const SHAPES: Record<ResourceName, z.ZodType> = {
  namespaces: z.looseObject({ metadata }),
  statefulsets: z.looseObject({ metadata }),
  daemonsets: z.looseObject({ metadata }),
  persistentvolumes: z.looseObject({ metadata }),
  persistentvolumeclaims: z.looseObject({ metadata }),
  nodes: z.looseObject({
    metadata,
    spec: z
      .looseObject({
        unschedulable: z.boolean().optional(),
        taints: z
          .array(z.looseObject({ key: z.string(), value: z.string().optional(), effect: z.string() }))
          .optional(),
      })
      .default({}),
    status: z
      .looseObject({
        conditions: z.array(condition).default([]),
        addresses: z.array(z.looseObject({ type: z.string(), address: z.string() })).default([]),
        nodeInfo: strings.default({}),
      })
      .prefault({}),
  }),
  pods: z.looseObject({
    metadata,
    spec: podSpec,
    status: z
      .looseObject({
        phase: z.enum(['Pending', 'Running', 'Succeeded', 'Failed']).default('Pending'),
        conditions: z.array(condition).default([]),
        podIP: z.string().optional(),
        containerStatuses: z.array(z.looseObject({ name: z.string(), restartCount: count })).optional(),
      })
      .prefault({}),
  }),
  deployments: z.looseObject({
    metadata,
    spec: z.looseObject({
      ...replicated,
      strategy: z
        .looseObject({
          type: z.enum(['RollingUpdate', 'Recreate']).default('RollingUpdate'),
          rollingUpdate: z.looseObject({ maxSurge: share.optional(), maxUnavailable: share.optional() }).optional(),
        })
        .prefault({}),
    }),
    status: z
      .looseObject({
        replicas: count.default(0),
        updatedReplicas: count.default(0),
        readyReplicas: count.default(0),
        availableReplicas: count.default(0),
        unavailableReplicas: count.default(0),
        observedGeneration: count.default(0),
      })
      .prefault({}),
  }),
  replicasets: z.looseObject({
    metadata,
    spec: z.looseObject(replicated),
    status: z
      .looseObject({
        replicas: count.default(0),
        readyReplicas: count.default(0),
        availableReplicas: count.default(0),
        observedGeneration: count.default(0),
      })
      .prefault({}),
  }),
  services: z.looseObject({
    metadata,
    spec: z.looseObject({
      type: z.enum(['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName']).default('ClusterIP'),
      clusterIP: z.string().default('None'),
      selector: strings.optional(),
      externalTrafficPolicy: z.enum(['Cluster', 'Local']).optional(),
      ports: z
        .array(
          z
            .looseObject({
              name: z.string().optional(),
              port,
              targetPort: z.union([port, z.string()]).optional(),
              nodePort: port.optional(),
              protocol: z.enum(['TCP', 'UDP', 'SCTP']).default('TCP'),
            })
            .transform((one) => ({ ...one, targetPort: one.targetPort ?? one.port })),
        )
        .default([]),
    }),
    status: z.looseObject({}).default({ loadBalancer: {} }),
  }),
  endpointslices: z.looseObject({
    metadata,
    addressType: z.enum(['IPv4', 'IPv6', 'FQDN']),
    endpoints: z
      .array(
        z.looseObject({
          addresses: z.array(z.string()).min(1),
          conditions: z
            .looseObject({
              ready: z.boolean().optional(),
              serving: z.boolean().optional(),
              terminating: z.boolean().optional(),
            })
            .optional(),
          nodeName: z.string().optional(),
          targetRef: z.looseObject({ kind: z.string().optional(), uid: z.string().optional() }).optional(),
        }),
      )
      .default([]),
    ports: z
      .array(
        z.looseObject({ name: z.string().default(''), port: port.optional(), protocol: z.string().default('TCP') }),
      )
      .default([]),
  }),
  networkpolicies: z.looseObject({
    metadata,
    spec: z.looseObject({
      podSelector: z.looseObject({ matchLabels: strings.optional() }).default({}),
      policyTypes: z.array(z.string()).default([]),
      ingress: z.array(z.looseObject({ from: z.array(z.looseObject({})).optional() })).optional(),
    }),
  }),
  ingresses: z.looseObject({
    metadata,
    spec: z.looseObject({
      ingressClassName: z.string().optional(),
      rules: z
        .array(
          z.looseObject({
            host: z.string().optional(),
            http: z
              .looseObject({
                paths: z.array(
                  z.looseObject({
                    path: z.string().optional(),
                    pathType: z.string().default('Prefix'),
                    backend: z.looseObject({
                      service: z
                        .looseObject({
                          name: z.string(),
                          port: z.looseObject({ number: port.optional(), name: z.string().optional() }).optional(),
                        })
                        .optional(),
                    }),
                  }),
                ),
              })
              .optional(),
          }),
        )
        .optional(),
    }),
  }),
  ingressclasses: z.looseObject({ metadata, spec: z.looseObject({ controller: z.string() }) }),
  events: z.looseObject({
    metadata,
    involvedObject: z.looseObject({ kind: z.string(), name: z.string() }),
    reason: z.string().default(''),
    message: z.string().default(''),
    type: z.string().default('Normal'),
    count: count.default(1),
  }),
}

/**
 * What the API takes: an object with the defaults of what it leaves out, where null is left out as well.
 *
 * @throws {ApiError} 422 that names each field that is not what it has to be
 */
export function admit<T extends KubeObject>(resource: ResourceName, object: unknown): T {
  const read = SHAPES[resource].safeParse(withoutNull(object))
  if (read.success) return read.data as T
  const faults = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new ApiError(422, 'Invalid', `the ${resourceNamed(resource).kind} is invalid: ${faults.join('; ')}`)
}

function withoutNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNull)
  if (typeof value !== 'object' || value === null) return value
  const present = Object.entries(value).filter(([, field]) => field !== null)
  return Object.fromEntries(present.map(([key, field]) => [key, withoutNull(field)]))
}
