import { isIP } from 'node:net'
import { type Fact, protocolInName, type Settings, own } from '@portolan/core'
import { isMap, isPlainNumber, VOCABULARY, withoutDetails } from './vocabulary.ts'

/**
 * Leaves numbers, times, booleans and the words of the vocabulary, and replaces every other string, in whatever field it
 * is: a name always by the same word, so that the verdicts stay what they are, a sentence by what is known of it.
 */
export interface Anonymiser {
  fact(fact: Fact): Fact
  /** Of a cluster the name, the numbers and the switches. */
  settings(settings: Record<string, Partial<Settings>>): Record<string, Partial<Settings>>
}

/** The fields that name something, and what to call it; names in other fields are called words. */
const NOUNS: Readonly<Record<string, string>> = {
  cluster: 'cluster',
  namespace: 'namespace',
  namespaces: 'namespace',
  name: 'name',
  node: 'node',
  service: 'name',
  madeFor: 'name',
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

/** What to call that which follows such a word in a source, a vantage or a target. */
const NOUNS_AFTER: Readonly<Record<string, string>> = {
  agent: 'node',
  node: 'node',
  peer: 'node',
  'kube-proxy': 'node',
  prober: 'host',
  pod: 'namespace',
  service: 'namespace',
}

/** Longer than any name that Kubernetes takes. */
const LONGEST_NAME = 300

/** Names of which the beginning decides. */
const BEGINNING = /^(kube-proxy|svclb)-(.+)$/s

export function createAnonymiser(): Anonymiser {
  const words = new Map<string, string>()
  const counts = new Map<string, number>()
  const lives = new Map<string, string>()

  function next(noun: string): number {
    const count = (counts.get(noun) ?? 0) + 1
    counts.set(noun, count)
    return count
  }

  /** One name, without anything that would separate it from another. */
  function rename(name: string, noun: string): string {
    if (VOCABULARY.has(name) || isPlainNumber(name)) return name
    if (isIP(name) !== 0) return address(name)
    const word = words.get(name) ?? newWord(name, noun)
    words.set(name, word)
    return word
  }

  /** What the name says of a protocol stays: it is what the port is spoken to in. */
  function newWord(name: string, noun: string): string {
    if (name.length > LONGEST_NAME) return `${noun}-${next(noun)}`
    const spoken = protocolInName(name)
    if (spoken === name) return name
    if (spoken !== null) return `${spoken}-${rename(name.slice(spoken.length + 1), noun)}`
    const [, beginning, rest] = BEGINNING.exec(name) ?? []
    return rest === undefined ? `${noun}-${next(noun)}` : `${beginning}-${rename(rest, noun)}`
  }

  /** Another address of the family, out of a range that no host has: reserved, or set apart for documentation. */
  function address(text: string): string {
    if (/^(127\.|0\.0\.0\.0$|::1?$)/.test(text)) return text
    const known = words.get(text)
    if (known !== undefined) return known
    const count = next('address')
    const [high, middle, low] = [count >> 16, (count >> 8) & 255, count & 255]
    const made =
      isIP(text) === 4
        ? `240.${high}.${middle}.${low}`
        : `2001:db8::${high.toString(16)}:${(count & 65_535).toString(16)}`
    words.set(text, made)
    return made
  }

  /** Each name in what is put together of names, as `node:NAME:30080` or `Deployment/NAMESPACE/NAME`. */
  function renameAll(text: string, noun: string): string {
    if (isIP(text) !== 0) return address(text)
    const [, kind, listening, port] = /^(host|lb):(.+)(:\d+(?:\/udp)?)$/.exec(text) ?? []
    if (listening !== undefined && isIP(listening) !== 0) return `${kind}:${address(listening)}${port}`
    let before = ''
    return text.replaceAll(/[^/:@,\s]+/g, (name) => {
      const word = rename(name, own(NOUNS_AFTER, before) ?? noun)
      before = name
      return word
    })
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
    return `${renameAll(source, 'word')} ${life(boot)}`
  }

  function textOf(text: string, field: string): string {
    if (field === 'boot') return life(text)
    if (field === 'awaited') return stream(text)
    const noun = own(NOUNS, field)
    if (noun === undefined && /\s/.test(text)) return withoutDetails(text)
    return renameAll(field === 'appProtocol' ? text.toLowerCase() : text, noun ?? 'word')
  }

  function walk(value: unknown, field: string): unknown {
    if (typeof value === 'string') return textOf(value, field)
    if (Array.isArray(value))
      return field === 'evidence' || field === 'remedies' ? [] : value.map((one) => walk(one, field))
    if (value === null || typeof value !== 'object') return value
    const entries = Object.entries(value)
    if (!isMap(field)) return Object.fromEntries(entries.map(([key, one]) => [key, walk(one, key)]))
    return Object.fromEntries(
      entries.map(([key, one]) => [renameAll(key, 'key'), walk(one, typeof one === 'string' ? 'value' : key)]),
    )
  }

  return {
    fact: (fact) => walk(fact, '') as Fact,
    settings: (settings) =>
      Object.fromEntries(
        Object.entries(settings).map(([cluster, one]) => {
          const name = renameAll(cluster, 'cluster')
          const kept = Object.entries(one).filter(([, value]) => ['number', 'boolean'].includes(typeof value))
          return [name, { ...Object.fromEntries(kept), context: `kind-${name}` }]
        }),
      ),
  }
}
