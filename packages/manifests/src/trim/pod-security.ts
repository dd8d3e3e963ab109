import { isRecord } from '../json-patch.ts'

export type Level = 'baseline' | 'restricted'

type Fields = Record<string, unknown>

/** Capabilities that `baseline` lets a container add. */
const PLAIN_CAPABILITIES = new Set(
  `AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID
  SYS_CHROOT`.split(/\s+/),
)
/** Volumes that `restricted` lets a pod mount. */
const PLAIN_VOLUMES = new Set(
  'name configMap csi downwardAPI emptyDir ephemeral persistentVolumeClaim projected secret'.split(' '),
)

/**
 * What a namespace of this level does not let a pod have, for "its pods ..."; null where it takes them.
 *
 * Source: Kubernetes, "Pod Security Standards".
 */
export function forbiddenBy(level: Level, spec: Fields): string | null {
  const containers = [...recordsIn(spec['containers']), ...recordsIn(spec['initContainers'])]
  const found = overBaseline(spec, containers)
  return found ?? (level === 'restricted' ? overRestricted(spec, containers) : null)
}

function overBaseline(spec: Fields, containers: readonly Fields[]): string | null {
  const shared = ['hostNetwork', 'hostPID', 'hostIPC'].find((field) => spec[field] === true)
  if (shared !== undefined) return `have ${shared}`
  const ports = containers.flatMap((one) => recordsIn(one['ports']))
  const held = ports.find(({ hostPort }) => typeof hostPort === 'number' && hostPort > 0)
  if (held !== undefined) return `have hostPort ${String(held['hostPort'])}`
  if (recordsIn(spec['volumes']).some((volume) => isRecord(volume['hostPath']))) return 'mount a path of their node'
  const secured = containers.map(securityOf)
  if (secured.some(({ privileged }) => privileged === true)) return 'are privileged'
  const added = secured.flatMap(addedBy).find((one) => !PLAIN_CAPABILITIES.has(one))
  return added === undefined ? null : `add the capability ${added}`
}

function overRestricted(spec: Fields, containers: readonly Fields[]): string | null {
  const ofPod = securityOf(spec)
  const secured = containers.map(securityOf)
  const mounted = recordsIn(spec['volumes']).flatMap((volume) => Object.keys(volume))
  const odd = mounted.find((one) => !PLAIN_VOLUMES.has(one))
  if (odd !== undefined) return `mount a volume of ${odd}`
  if (secured.some((one) => one['allowPrivilegeEscalation'] !== false)) {
    return 'do not set allowPrivilegeEscalation to false'
  }
  if (secured.some((one) => !droppedBy(one).includes('ALL'))) return 'do not drop ALL capabilities'
  const added = secured.flatMap(addedBy).find((one) => one !== 'NET_BIND_SERVICE')
  if (added !== undefined) return `add the capability ${added}`
  if (secured.some((one) => (one['runAsNonRoot'] ?? ofPod['runAsNonRoot']) !== true)) {
    return 'do not set runAsNonRoot'
  }
  if ([ofPod, ...secured].some(({ runAsUser }) => runAsUser === 0)) return 'run as user 0'
  const isConfined = (one: Fields) => {
    const profile = one['seccompProfile'] ?? ofPod['seccompProfile']
    return isRecord(profile) && (profile['type'] === 'RuntimeDefault' || profile['type'] === 'Localhost')
  }
  return secured.every(isConfined) ? null : 'do not set a seccompProfile'
}

function securityOf({ securityContext }: Fields): Fields {
  return isRecord(securityContext) ? securityContext : {}
}

function addedBy({ capabilities }: Fields): string[] {
  return isRecord(capabilities) ? textsIn(capabilities['add']) : []
}

function droppedBy({ capabilities }: Fields): string[] {
  return isRecord(capabilities) ? textsIn(capabilities['drop']) : []
}

function recordsIn(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}
