import type { ResourceName } from '../objects.ts'

export interface ResourceInfo {
  plural: ResourceName
  kind: string
  /** Empty for the core group. */
  group: string
  namespaced: boolean
  shortNames: string[]
}

/** What the API serves: the resources that a watcher of a cluster looks at. All of version v1. */
export const RESOURCES: readonly ResourceInfo[] = [
  { plural: 'nodes', kind: 'Node', group: '', namespaced: false, shortNames: ['no'] },
  { plural: 'namespaces', kind: 'Namespace', group: '', namespaced: false, shortNames: ['ns'] },
  { plural: 'pods', kind: 'Pod', group: '', namespaced: true, shortNames: ['po'] },
  { plural: 'services', kind: 'Service', group: '', namespaced: true, shortNames: ['svc'] },
  { plural: 'events', kind: 'Event', group: '', namespaced: true, shortNames: ['ev'] },
  { plural: 'persistentvolumes', kind: 'PersistentVolume', group: '', namespaced: false, shortNames: ['pv'] },
  {
    plural: 'persistentvolumeclaims',
    kind: 'PersistentVolumeClaim',
    group: '',
    namespaced: true,
    shortNames: ['pvc'],
  },
  { plural: 'deployments', kind: 'Deployment', group: 'apps', namespaced: true, shortNames: ['deploy'] },
  { plural: 'replicasets', kind: 'ReplicaSet', group: 'apps', namespaced: true, shortNames: ['rs'] },
  { plural: 'statefulsets', kind: 'StatefulSet', group: 'apps', namespaced: true, shortNames: ['sts'] },
  { plural: 'daemonsets', kind: 'DaemonSet', group: 'apps', namespaced: true, shortNames: ['ds'] },
  {
    plural: 'endpointslices',
    kind: 'EndpointSlice',
    group: 'discovery.k8s.io',
    namespaced: true,
    shortNames: [],
  },
  {
    plural: 'networkpolicies',
    kind: 'NetworkPolicy',
    group: 'networking.k8s.io',
    namespaced: true,
    shortNames: ['netpol'],
  },
  { plural: 'ingresses', kind: 'Ingress', group: 'networking.k8s.io', namespaced: true, shortNames: ['ing'] },
  {
    plural: 'ingressclasses',
    kind: 'IngressClass',
    group: 'networking.k8s.io',
    namespaced: false,
    shortNames: [],
  },
]

export function apiVersionOf(resource: ResourceInfo): string {
  return resource.group === '' ? 'v1' : `${resource.group}/v1`
}

export function resourceNamed(plural: ResourceName): ResourceInfo {
  const found = RESOURCES.find((one) => one.plural === plural)
  if (found === undefined) throw new Error(`no resource ${plural}`)
  return found
}
