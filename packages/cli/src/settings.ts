import { readDuration } from '@portolan/base'
import { clusterNameOf, isClusterName, PortolanError, printable } from '@portolan/core'
import type { Listen } from '@portolan/runtime'

export const DEFAULT_LISTEN = '127.0.0.1:9464'
export const DEFAULT_MAX_SERIES = '20000'

/** `HOST:PORT`, `PORT` on 127.0.0.1, or `off`; undefined when it is none of these. */
export function readListen(text: string): Listen | null | undefined {
  if (text === 'off') return null
  const [, host = '127.0.0.1', digits = ''] = /^(?:(\[[0-9a-f:]+\]|[^:]+):)?(\d+)$/i.exec(text) ?? []
  const port = Number(digits)
  if (digits === '' || port > 65_535) return undefined
  return { host: host.replaceAll(/[[\]]/g, ''), port }
}

/** What the options of the page mean. */
export const METRICS_LISTEN = 'HOST:PORT that serves only metrics and health, without a key; or off'
export const PRIVATE = 'require the key also for reading the page and the API, not only for writing notes'
export const TOKEN_FILE = 'a file with the key of the page (default: a key of its own, in the state folder)'

export interface PageFlags {
  metricsListen?: string
  private?: boolean
  tokenFile?: string
}

export interface PageSettings {
  metricsListen: Listen | null
  isPrivate: boolean
  tokenFile: string | null
}

/** What is wrong with them goes to the faults. */
export function readPageSettings(flags: PageFlags, faults: Faults): PageSettings {
  const metricsListen = flags.metricsListen === undefined ? null : readListen(flags.metricsListen)
  if (metricsListen === undefined) faults.add(`--metrics-listen is "${flags.metricsListen}", expected HOST:PORT or off`)
  return {
    metricsListen: metricsListen ?? null,
    isPrivate: flags.private === true,
    tokenFile: flags.tokenFile ?? null,
  }
}

/** What `--state` means to a command that reads what a Portolan keeps. */
export const STATE_OF_READERS =
  'the folder of the store (default: that of the running watch or demo, else $XDG_STATE_HOME/portolan)'

/** What the option of that name turns off. */
export const NO_WITNESS = 'do not ask the pods of a dark port through the API server (pods/portforward, pods/proxy)'

/** What the option `--prove` turns on. */
export const PROVE =
  'while a port is dark, read the rules of its node with commands in the node container; Portolan prints each command before its first run'

/** Gathers what is wrong with the options, to report all of it at once. */
export interface Faults {
  add(fault: string): void
  /** @throws PortolanError usage, when there is any */
  check(command: string): void
}

export function createFaults(): Faults {
  const faults: string[] = []
  return {
    add: (fault) => void faults.push(fault),
    check(command) {
      if (faults.length === 0) return
      throw new PortolanError('usage', faults.join('\n  '), `portolan ${command} --help lists the options`)
    },
  }
}

export interface AccessFlags {
  cluster?: string[] | undefined
  kubeconfig?: string | undefined
  context?: string | undefined
}

/** Which clusters are meant, none for all, and how their API servers are reached. */
export interface Access {
  only: string[]
  kubeconfig?: string
  context?: string
}

/** The same, for any cluster that there is a context for. */
export interface AnyAccess extends Access {
  /** No container engine is asked for the nodes of the one cluster that is meant: they are known by their addresses. */
  byAddress: boolean
}

/** What is wrong with it goes to the faults. */
export function readAccess({ cluster = [], kubeconfig, context }: AccessFlags, faults: Faults): Access {
  for (const name of cluster) checkClusterName(name, faults)
  if (context !== undefined && cluster.length !== 1) {
    faults.add('--context needs exactly one --cluster, to know which cluster it leads to')
  }
  if (context !== undefined) checkContext(context, faults)
  return {
    only: cluster,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
  }
}

const KIND_CONTEXT = /^kind-(.+)$/

/** A context alone leads to any cluster; as kind names them, to that one. What is wrong goes to the faults. */
export function readAnyAccess(flags: AccessFlags, faults: Faults): AnyAccess {
  const { cluster = [], context } = flags
  const isAny = context !== undefined && cluster.length === 0
  if (!isAny) return { ...readAccess(flags, faults), byAddress: false }
  const [, ofKind] = KIND_CONTEXT.exec(context) ?? []
  const byAddress = ofKind === undefined || !isClusterName(ofKind)
  return { ...readAccess({ ...flags, cluster: [byAddress ? clusterNameOf(context) : ofKind] }, faults), byAddress }
}

function checkClusterName(name: string, faults: Faults): void {
  if (isClusterName(name)) return
  const fault = name === '' ? 'required:' : `${JSON.stringify(name)}, expected`
  faults.add(`--cluster is ${fault} the name of a cluster, as kind get clusters lists it`)
}

/** Characters. A context may be called anything in a kubeconfig, but this is shown to people. */
const LONGEST_CONTEXT = 512

function checkContext(context: string, faults: Faults): void {
  if (context !== '' && context.length <= LONGEST_CONTEXT && printable(context) === context) return
  const why = `expected the name of a context, of at most ${LONGEST_CONTEXT} characters, none of them a control character`
  faults.add(`--context is ${JSON.stringify(context.slice(0, 100))}, ${why}`)
}

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/

/** The name of an object of the cluster; what is wrong with it goes to the faults. */
export function readName(option: string, text: string, faults: Faults): string {
  if (!DNS_LABEL.test(text)) faults.add(`--${option} is "${text}", expected a Kubernetes name`)
  return text
}

/** How often to probe, ms; what is wrong with it goes to the faults. */
export function readInterval(text: string, faults: Faults): number {
  const intervalMs = readDuration(text) ?? 0
  if (intervalMs < 200 || intervalMs > 600_000) {
    faults.add(`--interval is "${text}", expected a duration from 200ms to 10m`)
  }
  return intervalMs
}

/** What Portolan tells of itself and of one port needs about as many. */
const MIN_SERIES = 1000

/** How many series the metrics may have; what is wrong with it goes to the faults. */
export function readMaxSeries(text: string, faults: Faults): number {
  const maxSeries = /^\d+$/.test(text) ? Number(text) : 0
  if (maxSeries < MIN_SERIES || !Number.isSafeInteger(maxSeries)) {
    faults.add(`--max-series is "${text}", expected a whole number from ${MIN_SERIES}`)
  }
  return maxSeries
}

/** Collects the values of an option that may be repeated. */
export function repeated(value: string, before: readonly string[] = []): string[] {
  return [...before, value]
}
