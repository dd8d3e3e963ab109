import { RESOURCES, type ResourceInfo } from './resources.ts'

/** The answers to `/version`, `/api`, `/apis`, `/api/v1` and `/apis/GROUP/v1`, by which clients find the resources. */
export function discover(path: string): object | null {
  if (path === '/version') return { major: '1', minor: '34', gitVersion: 'v1.34.4', platform: 'practice' }
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] }
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: GROUPS.map(group) }
  const [, name] = /^\/apis\/([^/]+)\/v1$/.exec(path) ?? (path === '/api/v1' ? ['', ''] : [])
  if (name === undefined || (name !== '' && !GROUPS.includes(name))) return null
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: name === '' ? 'v1' : `${name}/v1`,
    resources: RESOURCES.filter((resource) => resource.group === name).flatMap(entries),
  }
}

/** `policy` has no resource of its own here; kubectl looks for it before it evicts. */
const GROUPS = [...new Set(RESOURCES.map((resource) => resource.group)), 'policy'].filter((name) => name !== '')

function group(name: string): object {
  const version = { groupVersion: `${name}/v1`, version: 'v1' }
  return { name, versions: [version], preferredVersion: version }
}

function entries(resource: ResourceInfo): object[] {
  const { plural, kind, namespaced, shortNames } = resource
  const entry = (name: string, more: object) => ({ name, singularName: '', namespaced, kind, ...more })
  const list = [
    entry(plural, {
      singularName: kind.toLowerCase(),
      shortNames,
      verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
      categories: ['all'],
    }),
  ]
  if (plural === 'pods') {
    list.push(entry('pods/eviction', { kind: 'Eviction', group: 'policy', version: 'v1', verbs: ['create'] }))
  }
  if (SCALABLE.includes(plural)) {
    const verbs = ['get', 'patch', 'update']
    list.push(entry(`${plural}/scale`, { kind: 'Scale', group: 'autoscaling', version: 'v1', verbs }))
  }
  return list
}

const SCALABLE = ['deployments', 'replicasets', 'statefulsets']
