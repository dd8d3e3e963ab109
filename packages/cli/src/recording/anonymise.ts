import { isIP } from 'node:net'
import { type Fact, protocolInName, type Settings } from '@portolan/core'

/** Replaces whatever names something, the same name always by the same word, so that the verdicts stay what they are. */
export interface Anonymiser {
  fact(fact: Fact): Fact
  settings(settings: Record<string, Partial<Settings>>): Record<string, Partial<Settings>>
}

/** What names something, and what to call it. */
const NAMES: Record<string, string> = {
  cluster: 'cluster',
  namespace: 'namespace',
  namespaces: 'namespace',
  name: 'name',
  node: 'node',
  service: 'name',
  uid: 'uid',
  id: 'id',
  containerID: 'id',
  resourceVersion: 'version',
  key: 'key',
  value: 'word',
  values: 'word',
  topologyKey: 'key',
  targetPort: 'name',
}

/** What is put together of names, by how it begins, and what to call the rest: sources, vantages and targets. */
const COMPOUNDS: readonly [RegExp, string][] = [
  [/^(?:agent|node)\/([^\s/@]+)/, 'node'],
  [/^prober\/([^\s/@]+)/, 'host'],
  [/@node\/([^\s/@]+)/, 'node'],
  [/^(?:node|peer|kube-proxy):([^\s:/@]+)/, 'node'],
  [/^(?:pod|service):([^\s:/@]+)\//, 'namespace'],
  [/^(?:pod|service):[^\s:/@]*\/([^\s:/@]+)/, 'name'],
]

/** How what is put together begins; whatever has such a name is not meant. */
const BEGINNING = /^(?:agent|collector|host|kube|kube-proxy|node|peer|pod|prober|service)(?:[/:]|$)/

/** Each is one of a few words that verdicts depend on, whatever has such a word for its name. */
const PLAIN = new Set([
  'action',
  'addressType',
  'appProtocol',
  'change',
  'effect',
  'externalTrafficPolicy',
  'kept',
  'kind',
  'operator',
  'phase',
  'protocol',
  'resource',
  'role',
  'scope',
  'state',
  'status',
  'symptom',
  'type',
])

/** What people or programs wrote: it may hold anything. */
const TEXTS = new Set(['message', 'detail', 'excerpt', 'endpoint', 'summary'])
/** Maps whose keys and values are both names. */
const MAPS = new Set(['labels', 'nodeSelector', 'selector', 'matchLabels'])
/** Only the kind of probe is decided by; hosts, paths and texts to send are nobody's business. */
const PLAIN_ANNOTATION = /^portolan\.dev\/(probe|interval|expect-status)$/

export function createAnonymiser(): Anonymiser {
  const words = new Map<string, string>()
  const counts = new Map<string, number>()
  const lives = new Map<string, string>()

  function rename(text: string, kind: string): string {
    if (text === '' || /^\d+$/.test(text) || isWellKnown(text)) return text
    if (isIP(text) !== 0) return address(text)
    const word = words.get(text) ?? newWord(text, kind)
    words.set(text, word)
    return word
  }

  /** What the name says of a protocol stays: it is what the port is spoken to in. */
  function newWord(text: string, kind: string): string {
    const spoken = protocolInName(text)
    if (spoken === text) return text
    if (spoken !== null) return `${spoken}-${rename(text.slice(spoken.length + 1), kind)}`
    const count = (counts.get(kind) ?? 0) + 1
    counts.set(kind, count)
    return `${kind}-${count}`
  }

  function address(text: string): string {
    if (/^(127\.|0\.0\.0\.0$|::1?$)/.test(text)) return text
    const known = words.get(text)
    if (known !== undefined) return known
    const count = (counts.get('address') ?? 0) + 1
    counts.set('address', count)
    const made = isIP(text) === 4 ? `198.18.${count >> 8}.${count & 255}` : `2001:db8::${count.toString(16)}`
    words.set(text, made)
    return made
  }

  /** In what is put together of names, as `node:NAME:30080` or `Deployment/NAMESPACE/NAME`, each known one is replaced. */
  function replaceKnown(text: string): string {
    if (isIP(text) !== 0) return address(text)
    for (const [shape, kind] of COMPOUNDS) {
      const [, name] = shape.exec(text) ?? []
      if (name !== undefined) rename(name, kind)
    }
    const [beginning = ''] = BEGINNING.exec(text) ?? []
    const rest = text
      .slice(beginning.length)
      .replaceAll(/[^/:@#\s,"'()[\]{}=]+/g, (token) => words.get(token) ?? (isIP(token) === 0 ? token : address(token)))
    return `${beginning}${rest}`
  }

  /** A life of a source, and what it says of how things stand, are one; by the number of digits none begins as another. */
  function life(boot: string): string {
    const [name = '', ...rest] = boot.split('~')
    const known = lives.get(name) ?? `boot-${String(lives.size + 1).padStart(6, '0')}`
    lives.set(name, known)
    return rest.length === 0 ? known : `${known}~standing`
  }

  /** `SOURCE BOOT` */
  function stream(text: string): string {
    const [source = '', boot = ''] = text.split(' ')
    return `${replaceKnown(source)} ${life(boot)}`
  }

  function walk(value: unknown, key: string): unknown {
    if (typeof value === 'string') {
      if (PLAIN.has(key)) return value
      if (TEXTS.has(key)) return ''
      if (key === 'boot') return life(value)
      if (key === 'awaited') return stream(value)
      const kind = NAMES[key]
      return kind === undefined ? replaceKnown(value) : rename(value, kind)
    }
    if (Array.isArray(value)) return key === 'evidence' || key === 'remedies' ? [] : value.map((one) => walk(one, key))
    if (value === null || typeof value !== 'object') return value
    const entries = Object.entries(value)
    if (MAPS.has(key) && entries.every(([, one]) => typeof one === 'string')) {
      return Object.fromEntries(entries.map(([name, one]) => [rename(name, 'key'), rename(String(one), 'word')]))
    }
    if (key === 'annotations')
      return Object.fromEntries(entries.map(([name, one]) => [name, PLAIN_ANNOTATION.test(name) ? one : 'x']))
    return Object.fromEntries(entries.map(([name, one]) => [name, walk(one, name)]))
  }

  return {
    fact: (fact) => walk(fact, '') as Fact,
    settings: (settings) =>
      Object.fromEntries(
        Object.entries(settings).map(([cluster, { kubeconfig: _kubeconfig, ...plain }]) => {
          const name = rename(cluster, 'cluster')
          return [name, { ...plain, context: `kind-${name}` }]
        }),
      ),
  }
}

function isWellKnown(text: string): boolean {
  return /(^|\.)(kubernetes|k8s)\.io\//.test(text) || WELL_KNOWN.has(text)
}

/** The last two are the Services that every agent looks at, by their names. */
const WELL_KNOWN = new Set(['true', 'false', 'linux', 'default', 'kube-system', 'app', 'kube-dns', 'kubernetes'])
