import { commandText, operands } from '@portolan/core'
import { imageText, type InstallSettings, type Way } from './settings.ts'

/** One command that is run as it is printed. */
export interface Step {
  about: string
  command: readonly [program: string, ...words: string[]]
  /** What to do when it fails. */
  hint: string
  /** Run when it fails, for what they print. */
  look?: readonly Step['command'][]
}

export const RELEASE = 'portolan'
export const NAMESPACE = 'portolan'
export const AGENTS_NAMESPACE = 'portolan-agents'
/** On a namespace that was made here, so that it is known later whose it is. */
const MADE_HERE = 'portolan.dev/made-by=install'
const READY_WITHIN = '5m'
const INGEST_ADDRESS = 'collector.ingestAddress'

/** What was found before anything is changed. */
export interface Found {
  chart: string
  /** null: it is not loaded from here, so nobody knows. */
  imageId: string | null
  hasNamespace: boolean
  /** Pods have no IPv4 address: who listens for IPv4 alone is not heard. */
  isIpv6Only: boolean
  /** `beforeTls`: of a version whose parts know no TLS. */
  installed: 'nothing' | 'beforeTls' | 'sinceTls'
}

export function planInstall(way: Way, settings: InstallSettings, found: Found): Step[] {
  return [
    ...(settings.load ? [loadImage(way, settings)] : []),
    ...(found.hasNamespace ? [] : makeNamespace(way)),
    ...(found.installed === 'beforeTls' ? bringToTls(way, settings, found) : []),
    installChart(way, settings, found),
    waitFor(way, NAMESPACE, 'deployment'),
    ...(found.installed === 'nothing' ? [bringCertificate(way)] : []),
    waitFor(way, AGENTS_NAMESPACE, 'daemonset'),
  ]
}

/** A kubelet looks after the volumes of a pod that changes at once, and else only every minute or so. */
function bringCertificate(way: Way): Step {
  const words = [
    'annotate',
    'pods',
    `--selector=app.kubernetes.io/instance=${RELEASE}`,
    'portolan.dev/certificate=made',
  ]
  return {
    about: 'Make the nodes deliver the certificate of the collector to the agents now',
    command: kubectl(way, `--namespace=${AGENTS_NAMESPACE}`, ...words, '--overwrite'),
    hint: 'this needs a user who may change pods; without it the agents wait for two minutes at most',
  }
}

/**
 * First the collector alone, then the agents, each of which sends what it has to the collector before it goes: without
 * TLS as before, until the last one is another.
 */
function bringToTls(way: Way, settings: InstallSettings, found: Found): Step[] {
  const offered = 'collector.tls=offered'
  const toBoth = 'Upgrade the collector to this version, for agents with and without TLS'
  return [
    installChart(way, settings, found, toBoth, [offered, 'agents.updateStrategy=OnDelete']),
    waitFor(way, NAMESPACE, 'deployment'),
    installChart(way, settings, found, 'Upgrade the agents to this version: from now on they use TLS', [offered]),
    waitFor(way, AGENTS_NAMESPACE, 'daemonset'),
  ]
}

/** Nothing that is not there is a fault. */
export function planUninstall(way: Way): Step[] {
  const words = ['uninstall', RELEASE, `--namespace=${NAMESPACE}`, '--ignore-not-found', '--wait']
  return [
    {
      about: 'Remove what the chart created, including the namespace of the agents',
      command: ['helm', ...words, ...helmWay(way)],
      hint: 'run the command again: it skips what is already gone',
    },
    {
      about: 'Remove the namespace, if portolan install created it',
      command: kubectl(way, 'delete', 'namespace', `--selector=${MADE_HERE}`),
      hint: `see what holds it: ${commandText(kubectl(way, 'describe', 'namespace', NAMESPACE))}`,
    },
  ]
}

function loadImage({ cluster }: Way, { image }: InstallSettings): Step {
  return {
    about: 'Load the image onto the nodes',
    command: ['kind', 'load', 'docker-image', `--name=${cluster}`, ...operands(imageText(image))],
    hint: 'with an image in a registry that the nodes reach: --no-load --image NAME:TAG',
  }
}

/** Labelled before a pod comes, since the standard is held against pods as they come. */
function makeNamespace(way: Way): Step[] {
  const standard = ['enforce', 'audit', 'warn'].map((mode) => `pod-security.kubernetes.io/${mode}=restricted`)
  return [
    {
      about: 'Create a namespace for the collector',
      command: kubectl(way, 'create', 'namespace', NAMESPACE),
      hint: 'this needs a user who may create namespaces',
    },
    {
      about: 'Enforce the restricted pod security standard on its pods',
      command: kubectl(way, 'label', 'namespace', NAMESPACE, ...standard, MADE_HERE),
      hint: 'this needs a user who may change namespaces',
    },
  ]
}

/** @param first what stands in for the values that were asked for */
function installChart(
  way: Way,
  settings: InstallSettings,
  { chart, imageId, isIpv6Only }: Found,
  about = 'Install the collector and the agents, or upgrade them to this version',
  first: readonly string[] = [],
): Step {
  const { chosenImage, values, set } = settings
  const own = {
    cluster: way.cluster,
    ...(chosenImage === null ? {} : { 'image.repository': chosenImage.repository, 'image.tag': chosenImage.tag }),
    ...(imageId === null ? {} : { 'image.id': imageId }),
    ...(isIpv6Only && !set.some((one) => one.startsWith(INGEST_ADDRESS)) ? { [INGEST_ADDRESS]: '[::]' } : {}),
  }
  return {
    about,
    command: [
      ...(['helm', 'upgrade', '--install', RELEASE, chart, `--namespace=${NAMESPACE}`] as const),
      ...values.map((file) => `--values=${file}`),
      ...set.map((one) => `--set=${one}`),
      ...[...Object.entries(own).map(([key, value]) => `${key}=${value}`), ...first].map(
        (one) => `--set-string=${one}`,
      ),
      ...helmWay(way),
    ],
    hint: 'helm printed the reason above; fix it, then run the command again',
  }
}

/** By the label, which finds nothing and ends well where the values ask for none. */
function waitFor(way: Way, namespace: string, kind: 'deployment' | 'daemonset'): Step {
  const selector = `app.kubernetes.io/instance=${RELEASE}`
  const words = ['rollout', 'status', kind, `--selector=${selector}`, `--timeout=${READY_WITHIN}`]
  return {
    about: kind === 'deployment' ? 'Wait for the collector' : 'Wait for the agents',
    command: kubectl(way, `--namespace=${namespace}`, ...words),
    hint: `see what keeps its pods: ${commandText(kubectl(way, `--namespace=${namespace}`, 'describe', 'pods'))}`,
    look: [
      kubectl(way, `--namespace=${namespace}`, 'get', 'pods', '--output=wide'),
      kubectl(way, `--namespace=${namespace}`, 'get', 'events', '--field-selector=type=Warning'),
      kubectl(way, `--namespace=${namespace}`, 'logs', `--selector=${selector}`, '--prefix', '--tail=3'),
    ],
  }
}

export function kubectl({ context, kubeconfig }: Way, ...words: string[]): Step['command'] {
  return ['kubectl', ...(kubeconfig === null ? [] : [`--kubeconfig=${kubeconfig}`]), `--context=${context}`, ...words]
}

function helmWay({ context, kubeconfig }: Way): string[] {
  return [...(kubeconfig === null ? [] : [`--kubeconfig=${kubeconfig}`]), `--kube-context=${context}`]
}
