import type { z } from 'zod'
import { badLabel } from './identify.ts'
import { quantityOf } from './quantity.ts'
import type { podSpec } from './schema.ts'

type PodSpec = z.output<typeof podSpec>
type Container = NonNullable<PodSpec['containers']>[number]

/** Source: RFC 1123. A variable that is not filled in is no name yet. */
const LABEL_NAME = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$|\$/
const QUOTED = /^"\d+"$/
const PROTOCOLS = ['TCP', 'UDP', 'SCTP']
const LAST_PORT = 65_535

/** Why the API server refuses a pod, or a template of pods, as far as authors get it wrong; null where it takes it. */
export function refusalOfPod(
  labels: Readonly<Record<string, string>>,
  spec: PodSpec,
  mountable: string[],
): string | null {
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])]
  const volumes = [...(spec.volumes ?? []).flatMap(({ name }) => name ?? []), ...mountable]
  if ((spec.volumes ?? []).some(({ name }) => !name)) return 'one of its volumes has no name'
  const volume = volumes.find((name, index) => volumes.indexOf(name) < index)
  if (volume !== undefined) return `two of its volumes have the name ${volume}`
  return (
    badLabel(labels, 'label') ??
    repeatedName(containers) ??
    containers.map((one) => refusalOfContainer(one, volumes)).find((one) => one !== null) ??
    repeatedHostPort(spec.containers ?? []) ??
    tolerationFault(spec)
  )
}

function repeatedName(containers: readonly Container[]): string | null {
  const names = containers.flatMap(({ name }) => name ?? [])
  const bad = names.find((name) => !LABEL_NAME.test(name))
  if (bad !== undefined) return `the container name ${bad} is none: at most 63 lower-case letters, digits and dashes`
  const twice = names.find((name, index) => names.indexOf(name) < index)
  return twice === undefined ? null : `two of its containers have the name ${twice}`
}

function refusalOfContainer(container: Container, volumes: readonly string[]): string | null {
  const where = `container ${container.name ?? ''}`
  const because =
    portFault(container) ??
    probeFault(container) ??
    handlerFault(container) ??
    textFault(container) ??
    sizeFault(container) ??
    mountFault(container, volumes)
  return because === null ? null : `${where} ${because}`
}

function portFault({ ports }: Container): string | null {
  const all = ports ?? []
  const isPort = (port: number) => port > 0 && port <= LAST_PORT
  const odd = all.flatMap(({ containerPort, hostPort }) =>
    [containerPort, hostPort || 1].filter((port) => !isPort(port)),
  )[0]
  if (odd !== undefined) return `has port ${odd}, which is not between 1 and ${LAST_PORT}`
  const spoken = all.find(({ protocol }) => protocol && !PROTOCOLS.includes(protocol))
  if (spoken !== undefined) return `has a port of protocol ${spoken.protocol}, which is none of ${PROTOCOLS.join(', ')}`
  const names = all.flatMap(({ name }) => name || [])
  const twice = names.find((name, index) => names.indexOf(name) < index)
  return twice === undefined ? null : `has two ports with the name ${twice}`
}

/** Source: Kubernetes, ValidatePortNumOrName: a text is a name, and a name has a letter. */
function probeFault({ readinessProbe, startupProbe, livenessProbe }: Container): string | null {
  for (const [field, probe] of Object.entries({ readinessProbe, startupProbe, livenessProbe })) {
    const port = probe?.httpGet?.port ?? probe?.tcpSocket?.port
    if (port != null && QUOTED.test(port)) {
      return `has a ${field} at port ${port}, a text, which is no port name: write it without quotes`
    }
  }
  return null
}

const HANDLERS = ['exec', 'grpc', 'httpGet', 'tcpSocket'] as const

/** Source: Kubernetes, validateProbe and validateLivenessProbe. */
function handlerFault({ readinessProbe, startupProbe, livenessProbe }: Container): string | null {
  for (const [field, probe] of Object.entries({ readinessProbe, startupProbe, livenessProbe })) {
    if (probe == null) continue
    const given = HANDLERS.filter((handler) => probe[handler] != null)
    if (given.length !== 1) {
      return given.length === 0
        ? `has a ${field} that asks nothing: it needs one of ${HANDLERS.join(', ')}`
        : `has a ${field} with ${given.join(' and ')}, and it takes one of them alone`
    }
    const { httpGet, tcpSocket } = probe
    if ([httpGet, tcpSocket].some((one) => one != null && one.port == null)) {
      return `has a ${field} that names no port`
    }
    if (field !== 'readinessProbe' && (probe.successThreshold ?? 1) > 1) {
      return `has a ${field} with successThreshold ${probe.successThreshold}, and it takes 1 alone`
    }
  }
  return null
}

/** Source: Kubernetes, ValidateTolerations. */
function tolerationFault({ tolerations }: PodSpec): string | null {
  const odd = (tolerations ?? []).find(({ operator, value }) => operator === 'Exists' && value)
  return odd === undefined
    ? null
    : `it tolerates ${odd.key ?? ''} with operator Exists and a value, which go not together`
}

/** kubectl takes no number or truth value for a text. */
function textFault({ env, args, command }: Container): string | null {
  const unquoted = (env ?? []).find(({ value }) => typeof value === 'number' || typeof value === 'boolean')
  if (unquoted !== undefined) {
    return `gives the variable ${unquoted.name ?? ''} the value ${String(unquoted.value)} without quotes, and a text is asked for`
  }
  const torn = (env ?? []).find(({ value, valueFrom }) => value != null && value !== '' && valueFrom != null)
  if (torn !== undefined) return `gives the variable ${torn.name ?? ''} a value and a valueFrom`
  for (const [field, words] of Object.entries({ args, command })) {
    if (words == null) continue
    if (!Array.isArray(words)) return `has ${field} that are no list`
    const odd = words.find((word) => typeof word === 'number' || typeof word === 'boolean')
    if (odd !== undefined) return `has ${String(odd)} among its ${field} without quotes, and a text is asked for`
  }
  return null
}

/** Source: Kubernetes, "Resource Management": `512Mi` or `512M`, not `512MB`. */
const QUANTITY = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$|\$/

function sizeFault({ resources }: Container): string | null {
  const { requests, limits } = { requests: resources?.requests ?? {}, limits: resources?.limits ?? {} }
  for (const [name, amount] of [...Object.entries(requests), ...Object.entries(limits)]) {
    if (amount != null && !QUANTITY.test(String(amount))) {
      return `asks for ${name} ${amount}, which is no quantity: 512Mi is one, 512MB is not`
    }
  }
  for (const name of ['cpu', 'memory']) {
    const [asked, most] = [requests[name], limits[name]].map((one) => (one == null ? null : quantityOf(String(one))))
    if (asked != null && most != null && most > 0 && asked > most) return `asks for more ${name} than its limit`
  }
  return null
}

function mountFault({ volumeMounts }: Container, volumes: readonly string[]): string | null {
  const missing = (volumeMounts ?? []).find(({ name }) => name && !name.includes('$') && !volumes.includes(name))
  if (missing !== undefined) return `mounts the volume ${missing.name}, which its pod does not have`
  if ((volumeMounts ?? []).some(({ mountPath }) => !mountPath)) return 'mounts a volume without a mountPath'
  const paths = (volumeMounts ?? []).flatMap(({ mountPath }) => mountPath ?? [])
  const twice = paths.find((path, index) => paths.indexOf(path) < index)
  return twice === undefined ? null : `mounts two volumes at ${twice}`
}

/** Source: Kubernetes, checkHostPortConflicts. */
function repeatedHostPort(containers: readonly Container[]): string | null {
  const doors = containers.flatMap(({ ports }) =>
    (ports ?? []).flatMap(({ hostPort, hostIP, protocol }) =>
      hostPort ? [`${hostPort}/${protocol ?? 'TCP'} ${hostIP ?? ''}`] : [],
    ),
  )
  const twice = doors.find((door, index) => doors.indexOf(door) < index)
  return twice === undefined ? null : `two of its ports want hostPort ${twice.split('/')[0]}`
}
