import type { Draft } from './api/store.ts'
import type { Toleration } from './objects.ts'

/** A Deployment of the practice application. */
export interface DeployOptions {
  name: string
  /** Default `default`. */
  namespace?: string
  /** Default 1. */
  replicas?: number
  /** Default `http`. */
  speaks?: 'http' | 'tcp'
  /** It is the edge proxy of the IngressClass of this name instead. */
  edgeOf?: string
  /** Default 8080. */
  containerPort?: number
  hostPort?: number
  hostNetwork?: boolean
  nodeSelector?: Record<string, string>
  tolerations?: Toleration[]
  /** Default: a rolling update with 25 % and 25 %. */
  strategy?: 'Recreate' | { maxSurge: number | string; maxUnavailable: number | string }
  /** Default true. Without one a pod stays ready though its application hangs. */
  readinessProbe?: boolean
  graceSeconds?: number
}

const EDGE_KEY = 'portolan.dev/edge'

/** Which Services the edge proxy of a class leads to: `{ 'shop.localhost/': 'shop:80' }`. */
export interface IngressOptions {
  name: string
  className: string
  routes: Record<string, string>
}

/** A NodePort Service in front of the Deployment of the name `app`. */
export interface ServiceOptions {
  name: string
  namespace?: string
  app: string
  /** Left out: its address is inside the cluster alone. */
  nodePort?: number
  /** Default `Cluster`. */
  externalTrafficPolicy?: 'Cluster' | 'Local'
  /** Default 80. */
  port?: number
  /** Default 8080. */
  targetPort?: number | string
  appProtocol?: string
  annotations?: Record<string, string>
}

export function deploymentOf(options: DeployOptions): Draft<'deployments'> {
  const { name, namespace = 'default', containerPort = 8080, strategy } = options
  const labels = { app: name }
  const edge = options.edgeOf === undefined ? {} : { [EDGE_KEY]: options.edgeOf }
  const port = { name: options.speaks ?? 'http', containerPort, protocol: 'TCP' }
  const container = {
    name: 'app',
    image: 'portolan/practice',
    command: ['serve', options.edgeOf === undefined ? (options.speaks ?? 'http') : 'edge'],
    ports: [options.hostPort === undefined ? port : { ...port, hostPort: options.hostPort }],
    ...(options.readinessProbe === false ? {} : { readinessProbe: { tcpSocket: { port: containerPort } } }),
  }
  return {
    metadata: { name, namespace, labels },
    spec: {
      replicas: options.replicas ?? 1,
      selector: { matchLabels: labels },
      strategy:
        strategy === 'Recreate'
          ? { type: 'Recreate' }
          : { type: 'RollingUpdate', rollingUpdate: strategy ?? { maxSurge: '25%', maxUnavailable: '25%' } },
      template: {
        metadata: { labels: { ...labels, ...edge } },
        spec: {
          terminationGracePeriodSeconds: options.graceSeconds ?? 30,
          containers: [container],
          ...(options.hostNetwork === true ? { hostNetwork: true } : {}),
          ...(options.nodeSelector === undefined ? {} : { nodeSelector: options.nodeSelector }),
          ...(options.tolerations === undefined ? {} : { tolerations: options.tolerations }),
        },
      },
    },
    status: {
      replicas: 0,
      updatedReplicas: 0,
      readyReplicas: 0,
      availableReplicas: 0,
      unavailableReplicas: 0,
      observedGeneration: 0,
    },
  }
}

export function serviceOf(options: ServiceOptions, clusterIP: string): Draft<'services'> {
  const { name, namespace = 'default', app, nodePort, annotations } = options
  return {
    metadata: { name, namespace, labels: { app }, ...(annotations === undefined ? {} : { annotations }) },
    spec: {
      type: nodePort === undefined ? 'ClusterIP' : 'NodePort',
      clusterIP,
      selector: { app },
      externalTrafficPolicy: options.externalTrafficPolicy ?? 'Cluster',
      internalTrafficPolicy: 'Cluster',
      ports: [
        {
          name: 'main',
          port: options.port ?? 80,
          targetPort: options.targetPort ?? 8080,
          ...(nodePort === undefined ? {} : { nodePort }),
          protocol: 'TCP',
          ...(options.appProtocol === undefined ? {} : { appProtocol: options.appProtocol }),
        },
      ],
    },
    status: { loadBalancer: {} },
  }
}

export function ingressOf({ name, className, routes }: IngressOptions): Draft<'ingresses'> {
  const rules = Object.entries(routes).map(([place, backend]) => {
    const [host = '', path = ''] = place.split(/(?=\/)/, 2)
    const [service = '', port = ''] = backend.split(':')
    const to = { service: { name: service, port: { number: Number(port) } } }
    return { host, http: { paths: [{ path, pathType: 'Prefix', backend: to }] } }
  })
  return { metadata: { name, namespace: 'default' }, spec: { ingressClassName: className, rules } }
}

/** Lets pods in, and everybody where outsiders are meant to come in. */
export function policyOf(options: { name: string; app: string; outsiders?: boolean }): Draft<'networkpolicies'> {
  const { name, app, outsiders = false } = options
  return {
    metadata: { name, namespace: 'default' },
    spec: {
      podSelector: { matchLabels: { app } },
      policyTypes: ['Ingress'],
      ingress: [outsiders ? {} : { from: [{ podSelector: {} }] }],
    },
  }
}
