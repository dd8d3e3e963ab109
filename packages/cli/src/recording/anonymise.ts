import { isIP } from 'node:net'
import type { Fact, Settings } from '@portolan/core'

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

/** What people or programs wrote: it may hold anything. */
const TEXTS = new Set(['message', 'detail', 'excerpt', 'endpoint', 'summary'])
/** Maps whose keys and values are both names. */
const MAPS = new Set(['labels', 'nodeSelector', 'selector', 'matchLabels'])
/** Only the kind of probe is decided by; hosts, paths and texts to send are nobody's business. */
const PLAIN_ANNOTATION = /^portolan\.dev\/(probe|interval|expect-status)$/

export function createAnonymiser(): Anonymiser {
  const words = new Map<string, string>()
  const counts = new Map<string, number>()

  function rename(text: string, kind: string): string {
    if (text === '' || /^\d+$/.test(text) || isWellKnown(text)) return text
    if (isIP(text) !== 0) return address(text)
    const known = words.get(text)
    if (known !== undefined) return known
    const count = (counts.get(kind) ?? 0) + 1
    counts.set(kind, count)
    const word = `${kind}-${count}`
    words.set(text, word)
    return word
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
    return text.replaceAll(
      /[^/:@#\s,"'()[\]{}=]+/g,
      (token) => words.get(token) ?? (isIP(token) === 0 ? token : address(token)),
    )
  }

  function walk(value: unknown, key: string): unknown {
    if (typeof value === 'string') {
      if (TEXTS.has(key)) return ''
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
    fact: (fact) => ({ ...(walk(fact, '') as Fact), boot: fact.boot }),
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

const WELL_KNOWN = new Set(['true', 'false', 'linux', 'default', 'kube-system', 'app'])
