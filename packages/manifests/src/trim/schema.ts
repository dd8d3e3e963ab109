import * as z from 'zod/mini'

/** To make a schema takes as long as to read many objects with it: most are made when the first object asks for them. */
const later = z.lazy

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
const maybeText = maybe(text)
const integer = z.int()
const maybeInteger = maybe(integer)
const maybeFlag = maybe(z.boolean())
const anything = z.optional(z.unknown())
const numberAsText = z.pipe(z.number(), z.transform(String))
/** A number or a name, as the API's IntOrString. */
const textOrNumber = z.union([text, numberAsText])
/** The same, where a text of digits alone is no number: the API server takes it for a name, and for none that is valid. */
const portOrName = z.union([
  z.pipe(
    text,
    z.transform((value) => (/^\d+$/.test(value) ? `"${value}"` : value)),
  ),
  numberAsText,
])
/** The API server takes an empty text for an absent one. */
const choice = <const T extends string>(...values: T[]) =>
  z.pipe(
    z.nullish(z.enum([...values, ''])),
    z.transform((value) => (value === '' ? undefined : (value as T | null | undefined))),
  )
const texts = z.record(
  text,
  z.pipe(
    z.nullable(text),
    z.transform((value) => value ?? ''),
  ),
)
export const labels = maybe(texts)
const amount = maybe(z.union([z.number(), text]))

const count = z.int().check(z.minimum(0), z.maximum(2 ** 31 - 1))

export const metadata = z.pipe(
  maybeEmpty(
    z.object({
      name: maybeText,
      namespace: maybeText,
      labels,
      annotations: labels,
    }),
  ),
  z.transform(({ name, ...others }) => ({ ...others, name: name ?? '' })),
)

const requirement = later(() => z.object({ key: text, operator: text, values: maybe(z.array(text)) }))
const requirements = maybe(z.array(requirement))

export const nodeSelectorTerm = later(() => z.object({ matchExpressions: requirements, matchFields: requirements }))
const nodeSelectorTerms = z.array(nodeSelectorTerm)
export const selector = later(() => z.object({ matchLabels: labels, matchExpressions: requirements }))

const podTerm = later(() =>
  z.object({
    topologyKey: text,
    labelSelector: maybe(selector),
    namespaces: maybe(z.array(text)),
    namespaceSelector: anything,
  }),
)
const podAffinity = maybe(
  later(() => z.object({ requiredDuringSchedulingIgnoredDuringExecution: maybe(z.array(podTerm)) })),
)

const resources = maybe(z.record(text, amount))

const anythingAsNull = z.pipe(
  z.unknown(),
  z.transform(() => null),
)
/** What shape it has to have is for the API server to say. */
const lenient = <T extends z.ZodMiniType>(schema: T) => z.union([maybe(schema), anythingAsNull])

const asksAt = maybe(z.object({ port: maybe(portOrName) }))
const probe = lenient(
  later(() =>
    z.object({
      httpGet: asksAt,
      tcpSocket: asksAt,
      exec: anything,
      grpc: anything,
      successThreshold: lenient(z.number()),
    }),
  ),
)

const container = z.object({
  name: maybeText,
  image: maybeText,
  readinessProbe: probe,
  startupProbe: probe,
  livenessProbe: probe,
  resources: maybe(later(() => z.object({ requests: resources, limits: resources }))),
  env: lenient(later(() => z.array(z.object({ name: maybeText, value: anything, valueFrom: anything })))),
  args: anything,
  command: anything,
  volumeMounts: lenient(later(() => z.array(z.object({ name: maybeText, mountPath: maybeText })))),
  restartPolicy: maybeText,
  ports: maybe(
    later(() =>
      z.array(
        z.object({
          name: maybeText,
          containerPort: integer,
          hostPort: maybeInteger,
          hostIP: maybeText,
          protocol: maybeText,
        }),
      ),
    ),
  ),
})

export const podSpec = later(() =>
  z.object({
    nodeName: maybeText,
    schedulerName: maybeText,
    runtimeClassName: maybeText,
    schedulingGates: lenient(later(() => z.array(z.object({ name: text })))),
    readinessGates: lenient(later(() => z.array(z.object({ conditionType: text })))),
    hostNetwork: maybeFlag,
    containers: maybe(z.array(container)),
    initContainers: maybe(z.array(container)),
    nodeSelector: labels,
    tolerations: maybe(
      later(() =>
        z.array(
          z.object({
            key: maybeText,
            operator: choice('Exists', 'Equal'),
            value: maybeText,
            effect: maybeText,
          }),
        ),
      ),
    ),
    affinity: maybe(
      later(() =>
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
    ),
    restartPolicy: maybeText,
    volumes: maybe(
      later(() => z.array(z.object({ name: maybeText, persistentVolumeClaim: maybe(z.object({ claimName: text })) }))),
    ),
    topologySpreadConstraints: maybe(
      later(() =>
        z.array(
          z.object({
            topologyKey: text,
            maxSkew: z.int().check(z.minimum(1)),
            whenUnsatisfiable: text,
            labelSelector: maybe(selector),
          }),
        ),
      ),
    ),
  }),
)

const rollout = maybe(
  later(() =>
    z.object({
      type: maybeText,
      rollingUpdate: maybe(z.object({ maxSurge: amount, maxUnavailable: amount })),
    }),
  ),
)

export const pod = later(() => z.object({ metadata, spec: podSpec }))

export const workload = later(() =>
  z.object({
    metadata,
    spec: z.object({
      replicas: maybe(count),
      paused: lenient(z.boolean()),
      selector: lenient(selector),
      strategy: rollout,
      updateStrategy: rollout,
      volumeClaimTemplates: maybe(later(() => z.array(z.object({ metadata: z.object({ name: text }) })))),
      template: z.object({ metadata: maybe(z.object({ labels })), spec: podSpec }),
    }),
  }),
)

export const service = later(() =>
  z.object({
    metadata,
    spec: maybeEmpty(
      z.object({
        type: choice('ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'),
        selector: labels,
        externalTrafficPolicy: choice('Cluster', 'Local'),
        clusterIP: maybeText,
        externalIPs: maybe(z.array(text)),
        ipFamilies: maybe(later(() => z.array(z.enum(['IPv4', 'IPv6'])))),
        ipFamilyPolicy: maybeText,
        publishNotReadyAddresses: maybeFlag,
        healthCheckNodePort: lenient(z.number()),
        loadBalancerSourceRanges: lenient(z.array(text)),
        loadBalancerClass: anything,
        allocateLoadBalancerNodePorts: anything,
        sessionAffinity: lenient(text),
        sessionAffinityConfig: anything,
        externalName: lenient(text),
        ports: maybe(
          z.array(
            z.object({
              name: maybeText,
              port: integer,
              targetPort: z.pipe(
                maybe(portOrName),
                z.transform((value) => (value === '' || value === '0' ? null : value)),
              ),
              nodePort: maybeInteger,
              protocol: choice('TCP', 'UDP', 'SCTP'),
              appProtocol: maybeText,
            }),
          ),
        ),
      }),
    ),
  }),
)

/** Of a Gateway of Istio more is read. */
export const custom = later(() =>
  z.object({
    metadata,
    spec: lenient(
      z.object({
        selector: labels,
        servers: maybe(z.array(z.object({ port: maybe(z.object({ number: maybeInteger })) }))),
      }),
    ),
  }),
)

export const autoscaler = later(() =>
  z.object({
    metadata,
    spec: z.object({ scaleTargetRef: z.object({ kind: text, name: text }), minReplicas: maybe(count) }),
  }),
)

export const kedaScaler = later(() =>
  z.object({
    metadata,
    spec: z.object({
      scaleTargetRef: z.object({ kind: maybeText, name: text }),
      minReplicaCount: maybe(count),
    }),
  }),
)

export const httpScaler = later(() =>
  z.object({
    metadata,
    spec: z.object({
      scaleTargetRef: z.object({ kind: maybeText, name: maybeText, deployment: maybeText }),
      replicas: maybe(z.object({ min: maybe(count) })),
    }),
  }),
)

export const endpoints = later(() => z.object({ metadata }))

export const networkPolicy = later(() =>
  z.object({
    metadata,
    spec: maybeEmpty(
      z.object({
        podSelector: maybe(selector),
        policyTypes: maybe(z.array(text)),
        ingress: maybe(
          z.array(
            z.nullable(
              z.object({
                from: maybe(
                  z.array(z.object({ ipBlock: maybe(z.object({ cidr: text, except: maybe(z.array(text)) })) })),
                ),
                ports: maybe(
                  z.array(
                    z.object({
                      port: maybe(textOrNumber),
                      endPort: maybeInteger,
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
  }),
)

export const volume = later(() =>
  z.object({
    metadata,
    spec: maybeEmpty(z.object({ nodeAffinity: maybe(z.object({ required: maybe(z.object({ nodeSelectorTerms })) })) })),
  }),
)

export const volumeClaim = later(() => z.object({ metadata, spec: maybeEmpty(z.object({ volumeName: maybeText })) }))

export const ingress = later(() => z.object({ metadata, spec: maybe(z.object({ ingressClassName: maybeText })) }))

export const ingressClass = later(() => z.object({ metadata }))
