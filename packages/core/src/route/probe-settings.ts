import { own } from '../model/own.ts'
import { rootIdentity, type Path } from './path.ts'
import { PROTOCOLS, type Protocol, type Speech } from '../model/probe-spec.ts'
import type { ServicePort } from '../model/snapshot.ts'

/** What to say to the port of this path, and why: annotation, then appProtocol, then the port's name, else by trying. */
export function probeSettingsOf(path: Path): Speech {
  const identity = rootIdentity(path)
  const isUdp = path.mapping.protocol === 'udp'
  const port = path.route.kind === 'nodePort' ? path.route.port : null
  const annotation = (key: string) => annotationsOf(path)[`portolan.dev/${key}`]
  const chosen = isUdp ? overUdp(path, port) : port === null ? BY_TRYING : protocolOf(annotation('probe'), port)
  const speech: Speech = { ...chosen, identity }
  if (isUdp) speech.transport = 'udp'
  if (speech.protocol === 'auto' && isForTls(path, port)) speech.first = 'https'
  const path_ = annotation('path')
  if (path_ !== undefined) speech.path = path_
  const host = annotation('host')
  if (host !== undefined) speech.host = host
  const expectStatus = annotation('expect-status')
  if (expectStatus !== undefined) speech.expectStatus = expectStatus
  const hello = annotation('hello')
  if (hello !== undefined) speech.hello = hello
  const expect = annotation('expect')
  if (expect !== undefined) speech.expect = expect
  return speech
}

/** What is wrong with the port's `portolan.dev/` annotations, for people; null when nothing is. */
export function annotationFault(path: Path): string | null {
  if (path.route.kind !== 'nodePort') return null
  const { annotations, namespace, name } = path.route.service
  const faults: string[] = []
  const probe = annotations['portolan.dev/probe']
  if (probe !== undefined && !isProtocol(probe)) {
    faults.push(`portolan.dev/probe is "${probe}", expected one of ${SPOKEN_BY_SERVICES.join(', ')}`)
  }
  const interval = annotations['portolan.dev/interval']
  if (interval !== undefined && readDuration(interval) === null) {
    faults.push(`portolan.dev/interval is "${interval}", expected a duration from 200ms to 10m, e.g. 500ms or 5s`)
  }
  for (const key of Object.keys(annotations)) {
    if (!KNOWN.includes(key)) faults.push(`${key} is not known, expected one of ${KNOWN.join(', ')}`)
  }
  return faults.length === 0 ? null : `Service ${namespace}/${name}: ${faults.join('; ')}`
}

/** How often to probe the port if its annotation says so, ms. */
export function annotatedInterval(path: Path): number | null {
  if (path.route.kind !== 'nodePort') return null
  const text = path.route.service.annotations['portolan.dev/interval']
  return text === undefined ? null : readDuration(text)
}

const KNOWN = ['probe', 'path', 'host', 'expect-status', 'hello', 'expect', 'interval', 'edge'].map(
  (key) => `portolan.dev/${key}`,
)

/** Only Portolan's own agents answer an echo. */
const SPOKEN_BY_SERVICES = PROTOCOLS.filter((one) => one !== 'echo')

function isProtocol(text: string): text is Protocol {
  return (SPOKEN_BY_SERVICES as readonly string[]).includes(text)
}

const APP_PROTOCOLS: Record<string, Protocol> = {
  http: 'http',
  'kubernetes.io/ws': 'http',
  https: 'https',
  'kubernetes.io/wss': 'https',
  tls: 'tls',
  redis: 'redis',
  postgres: 'postgres',
  postgresql: 'postgres',
  mysql: 'mysql',
}

/**
 * Over UDP a service answers only what it understands, so silence after anything else says nothing. One annotation may
 * speak for a Service's TCP ports as well: what cannot be spoken over UDP is not meant for this port.
 */
function overUdp(path: Path, port: ServicePort | null): Choice {
  const annotations = annotationsOf(path)
  const said = annotations['portolan.dev/probe']
  if (said === 'off') return { protocol: 'off', why: STATED }
  if (said === 'dns') return { protocol: 'dns', why: STATED }
  if (annotations['portolan.dev/hello'] !== undefined) {
    return { protocol: 'udp', why: 'the Service says what to send in portolan.dev/hello' }
  }
  if (port !== null && isDns(port)) return { protocol: 'dns', why: `the Service's port is ${nameOf(port)}` }
  if (path.route.kind === 'none') return { protocol: 'off', why: 'nothing in the cluster uses it over UDP' }
  if (path.mapping.containerPort === DNS_PORT) return { protocol: 'dns', why: `port ${DNS_PORT} is DNS` }
  return {
    protocol: 'off',
    why: 'a UDP service answers only what it understands, and no annotation sets what to send',
  }
}

const TLS_PORTS: readonly number[] = [443, 8443]

/** By its number anywhere on the way, or by the name that Traefik's chart gives it. */
function isForTls({ mapping, endpoints }: Path, port: ServicePort | null): boolean {
  const numbers = [mapping.hostPort, mapping.containerPort, port?.port ?? 0, ...endpoints.map((one) => one.port)]
  return port?.name === 'websecure' || numbers.some((one) => TLS_PORTS.includes(one))
}

type Choice = Pick<Speech, 'protocol' | 'why'>

const BY_TRYING: Choice = { protocol: 'auto', why: 'found out by trying' }
const STATED = 'the Service says so in portolan.dev/probe'
const DNS_PORT = 53

function annotationsOf({ route }: Path): Record<string, string> {
  return route.kind === 'nodePort' ? route.service.annotations : {}
}

function isDns({ name, port, appProtocol }: ServicePort): boolean {
  return appProtocol.toLowerCase() === 'dns' || firstWord(name) === 'dns' || port === DNS_PORT
}

function firstWord(name: string): string {
  return name.split('-')[0] ?? ''
}

/** The part of a port's name that says what is spoken there, as `http` of `http-web`; null where none does. */
export function protocolInName(name: string): string | null {
  const word = firstWord(name)
  return word === 'dns' || Object.hasOwn(APP_PROTOCOLS, word) ? word : null
}

function nameOf({ name, port }: ServicePort): string {
  return name === '' ? `${port}` : `${name} (${port})`
}

function protocolOf(annotation: string | undefined, port: ServicePort): Choice {
  if (annotation !== undefined && isProtocol(annotation) && annotation !== 'udp') {
    return { protocol: annotation, why: STATED }
  }
  const stated = own(APP_PROTOCOLS, port.appProtocol.toLowerCase())
  if (stated !== undefined) return { protocol: stated, why: `the Service's port has appProtocol ${port.appProtocol}` }
  const named = own(APP_PROTOCOLS, firstWord(port.name))
  if (named !== undefined) return { protocol: named, why: `the Service's port is named ${port.name}` }
  if (isDns(port)) return { protocol: 'dns', why: `the Service's port is ${nameOf(port)}` }
  return BY_TRYING
}

/** `500ms`, `5s`, `2m` in ms; null when it is no such thing or outside 200 ms to 10 min. */
function readDuration(text: string): number | null {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? []
  if (amount === undefined) return null
  const ms = Number(amount) * (unit === 'ms' ? 1 : unit === 's' ? 1000 : 60_000)
  return ms >= 200 && ms <= 600_000 ? ms : null
}
