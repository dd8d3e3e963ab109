import * as z from 'zod/mini'

/** `key:` with nothing behind it, as templates leave it, is as good as absent. */
const maybe = <T extends z.ZodMiniType>(schema: T) => z.nullish(schema)

/** An object whose every field may be absent, so that it may be absent itself. */
const maybeEmpty = <T extends z.ZodMiniObject>(schema: T) =>
  z.pipe(
    z.nullish(schema),
    z.transform((value) => value ?? ({} as z.output<T>)),
  )

/** The API server takes no number or truth value for a text. */
const text = z.string()
/** A number or a name, as the API's IntOrString. */
const textOrNumber = z.union([z.string(), z.pipe(z.number(), z.transform(String))])
/** The same, where a text of digits alone is no number: the API server takes it for a name, and for none that is valid. */
const portOrName = z.union([
  z.pipe(
    z.string(),
    z.transform((value) => (/^\d+$/.test(value) ? `"${value}"` : value)),
  ),
  z.pipe(z.number(), z.transform(String)),
])
/** The API server takes an empty text for an absent one. */
const choice = <const T extends string>(...values: T[]) =>
  z.pipe(
    z.nullish(z.enum([...values, ''])),
    z.transform((value) => (value === '' ? undefined : (value as T | null | undefined))),
  )
const texts = z.record(
  z.string(),
  z.pipe(
    z.nullable(text),
    z.transform((value) => value ?? ''),
  ),
)
export const labels = maybe(texts)
const amount = maybe(z.union([z.number(), z.string()]))

const count = z.int().check(z.minimum(0), z.maximum(2 ** 31 - 1))

export const metadata = z.pipe(
  maybeEmpty(
    z.object({
      name: maybe(text),
      namespace: maybe(text),
      labels,
      annotations: labels,
    }),
  ),
  z.transform(({ name, ...others }) => ({ ...others, name: name ?? '' })),
)

const requirement = z.object({ key: z.string(), operator: z.string(), values: maybe(z.array(text)) })
const requirements = maybe(z.array(requirement))

export const nodeSelectorTerm = z.object({ matchExpressions: requirements, matchFields: requirements })
const nodeSelectorTerms = z.array(nodeSelectorTerm)
export const selector = z.object({ matchLabels: labels, matchExpressions: requirements })

const podTerm = z.object({
  topologyKey: z.string(),
  labelSelector: maybe(selector),
  namespaces: maybe(z.array(z.string())),
  namespaceSelector: z.optional(z.unknown()),
})
const podAffinity = maybe(z.object({ requiredDuringSchedulingIgnoredDuringExecution: maybe(z.array(podTerm)) }))

const resources = maybe(z.record(z.string(), amount))

/** What shape it has to have is for the API server to say. */
const lenient = <T extends z.ZodMiniType>(schema: T) =>
  z.union([
    maybe(schema),
    z.pipe(
      z.unknown(),
      z.transform(() => null),
    ),
  ])

const asksAt = maybe(z.object({ port: maybe(portOrName) }))
const probe = lenient(
  z.object({
    httpGet: asksAt,
    tcpSocket: asksAt,
    exec: z.optional(z.unknown()),
    grpc: z.optional(z.unknown()),
    successThreshold: lenient(z.number()),
  }),
)

const container = z.object({
  name: maybe(z.string()),
  image: maybe(z.string()),
  readinessProbe: probe,
  startupProbe: probe,
  livenessProbe: probe,
  resources: maybe(z.object({ requests: resources, limits: resources })),
  env: lenient(
    z.array(z.object({ name: maybe(z.string()), value: z.optional(z.unknown()), valueFrom: z.optional(z.unknown()) })),
  ),
  args: z.optional(z.unknown()),
  command: z.optional(z.unknown()),
  volumeMounts: lenient(z.array(z.object({ name: maybe(z.string()), mountPath: maybe(z.string()) }))),
  restartPolicy: maybe(z.string()),
  ports: maybe(
    z.array(
      z.object({
        name: maybe(z.string()),
        containerPort: z.int(),
        hostPort: maybe(z.int()),
        hostIP: maybe(z.string()),
        protocol: maybe(z.string()),
      }),
    ),
  ),
})

export const podSpec = z.object({
  nodeName: maybe(z.string()),
  schedulerName: maybe(z.string()),
  runtimeClassName: maybe(z.string()),
  schedulingGates: lenient(z.array(z.object({ name: z.string() }))),
  readinessGates: lenient(z.array(z.object({ conditionType: z.string() }))),
  hostNetwork: maybe(z.boolean()),
  containers: maybe(z.array(container)),
  initContainers: maybe(z.array(container)),
  nodeSelector: labels,
  tolerations: maybe(
    z.array(
      z.object({
        key: maybe(z.string()),
        operator: choice('Exists', 'Equal'),
        value: maybe(text),
        effect: maybe(z.string()),
      }),
    ),
  ),
  affinity: maybe(
    z.object({
      nodeAffinity: maybe(
        z.object({
          requiredDuringSchedulingIgnoredDuringExecution: maybe(z.object({ nodeSelectorTerms })),
        }),
      ),
      podAffinity,
      podAntiAffinity: podAffinity,
    }),
  ),
  restartPolicy: maybe(z.string()),
  volumes: maybe(
    z.array(z.object({ name: maybe(z.string()), persistentVolumeClaim: maybe(z.object({ claimName: z.string() })) })),
  ),
  topologySpreadConstraints: maybe(
    z.array(
      z.object({
        topologyKey: z.string(),
        maxSkew: z.int().check(z.minimum(1)),
        whenUnsatisfiable: z.string(),
        labelSelector: maybe(selector),
      }),
    ),
  ),
})

const rollout = maybe(
  z.object({
    type: maybe(z.string()),
    rollingUpdate: maybe(z.object({ maxSurge: amount, maxUnavailable: amount })),
  }),
)

export const pod = z.object({ metadata, spec: podSpec })

export const workload = z.object({
  metadata,
  spec: z.object({
    replicas: maybe(count),
    paused: lenient(z.boolean()),
    selector: lenient(selector),
    strategy: rollout,
    updateStrategy: rollout,
    volumeClaimTemplates: maybe(z.array(z.object({ metadata: z.object({ name: z.string() }) }))),
    template: z.object({ metadata: maybe(z.object({ labels })), spec: podSpec }),
  }),
})

export const service = z.object({
  metadata,
  spec: maybeEmpty(
    z.object({
      type: choice('ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'),
      selector: labels,
      externalTrafficPolicy: choice('Cluster', 'Local'),
      clusterIP: maybe(text),
      externalIPs: maybe(z.array(z.string())),
      ipFamilies: maybe(z.array(z.enum(['IPv4', 'IPv6']))),
      ipFamilyPolicy: maybe(z.string()),
      publishNotReadyAddresses: maybe(z.boolean()),
      healthCheckNodePort: lenient(z.number()),
      loadBalancerSourceRanges: lenient(z.array(z.string())),
      loadBalancerClass: z.optional(z.unknown()),
      allocateLoadBalancerNodePorts: z.optional(z.unknown()),
      sessionAffinity: lenient(z.string()),
      sessionAffinityConfig: z.optional(z.unknown()),
      externalName: lenient(z.string()),
      ports: maybe(
        z.array(
          z.object({
            name: maybe(z.string()),
            port: z.int(),
            targetPort: z.pipe(
              maybe(portOrName),
              z.transform((value) => (value === '' || value === '0' ? null : value)),
            ),
            nodePort: maybe(z.int()),
            protocol: choice('TCP', 'UDP', 'SCTP'),
            appProtocol: maybe(z.string()),
          }),
        ),
      ),
    }),
  ),
})

/** Of a Gateway of Istio more is read. */
export const custom = z.object({
  metadata,
  spec: lenient(
    z.object({
      selector: labels,
      servers: maybe(z.array(z.object({ port: maybe(z.object({ number: maybe(z.int()) })) }))),
    }),
  ),
})

export const autoscaler = z.object({
  metadata,
  spec: z.object({ scaleTargetRef: z.object({ kind: z.string(), name: z.string() }), minReplicas: maybe(count) }),
})

export const kedaScaler = z.object({
  metadata,
  spec: z.object({
    scaleTargetRef: z.object({ kind: maybe(z.string()), name: z.string() }),
    minReplicaCount: maybe(count),
  }),
})

export const httpScaler = z.object({
  metadata,
  spec: z.object({
    scaleTargetRef: z.object({ kind: maybe(z.string()), name: maybe(z.string()), deployment: maybe(z.string()) }),
    replicas: maybe(z.object({ min: maybe(count) })),
  }),
})

export const endpoints = z.object({ metadata })

export const networkPolicy = z.object({
  metadata,
  spec: maybeEmpty(
    z.object({
      podSelector: maybe(selector),
      policyTypes: maybe(z.array(z.string())),
      ingress: maybe(
        z.array(
          z.nullable(
            z.object({
              from: maybe(
                z.array(
                  z.object({ ipBlock: maybe(z.object({ cidr: z.string(), except: maybe(z.array(z.string())) })) }),
                ),
              ),
              ports: maybe(
                z.array(
                  z.object({
                    port: maybe(textOrNumber),
                    endPort: maybe(z.int()),
                    protocol: choice('TCP', 'UDP', 'SCTP'),
                  }),
                ),
              ),
            }),
          ),
        ),
      ),
    }),
  ),
})

export const volume = z.object({
  metadata,
  spec: maybeEmpty(z.object({ nodeAffinity: maybe(z.object({ required: maybe(z.object({ nodeSelectorTerms })) })) })),
})

export const volumeClaim = z.object({ metadata, spec: maybeEmpty(z.object({ volumeName: maybe(z.string()) })) })

export const ingress = z.object({ metadata, spec: maybe(z.object({ ingressClassName: maybe(z.string()) })) })

export const ingressClass = z.object({ metadata })
