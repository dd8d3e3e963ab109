import type { z } from 'zod'
import { quantityOf } from './quantity.ts'
import type { podSpec } from './schema.ts'

type PodSpec = z.output<typeof podSpec>
type Container = NonNullable<PodSpec['containers']>[number]

/** Source: RFC 1123. A variable that is not filled in is no name yet. */
const LABEL_NAME = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$|\$/
/** Source: Kubernetes, "Labels and Selectors". */
const LABEL_VALUE = /^(?:[A-Za-z\d](?:[\w.-]{0,61}[A-Za-z\d])?)?$|\$/
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
  return (
    badLabel(labels) ??
    repeatedName(containers) ??
    containers.map((one) => refusalOfContainer(one, volumes)).find((one) => one !== null) ??
    repeatedHostPort(spec.containers ?? [])
  )
}

function badLabel(labels: Readonly<Record<string, string>>): string | null {
  const bad = Object.entries(labels).find(([, value]) => !LABEL_VALUE.test(value))
  return bad === undefined
    ? null
    : `the value of its label ${bad[0]} is none: at most 63 letters, digits, dots, dashes and underscores`
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

/** kubectl takes no number or truth value for a text. */
function textFault({ env, args, command }: Container): string | null {
  const unquoted = (env ?? []).find(({ value }) => typeof value === 'number' || typeof value === 'boolean')
  if (unquoted !== undefined) {
    return `gives the variable ${unquoted.name ?? ''} the value ${String(unquoted.value)} without quotes, and a text is asked for`
  }
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
  return missing === undefined ? null : `mounts the volume ${missing.name}, which its pod does not have`
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
