import { printableAll } from '@portolan/core'
import type { WatchingFacts } from '../watch-session.ts'
import { clockText } from './words.ts'

/** The first line above the live table: what is watched, since when, and where the page is. */
export function headingText(facts: Pick<WatchingFacts, 'at' | 'clusters' | 'page' | 'ignored'>): string {
  const { at, clusters, page, ignored } = printableAll(facts)
  const what = clusters.length === 1 ? `${clusters[0]}` : `${clusters.length} clusters (${clusters.join(', ')})`
  const parts = [
    `${what} since ${clockText(at)}`,
    ...(page === null ? [] : [page]),
    ...(ignored.length === 0 ? [] : [`not watched: ${ignored.join(', ')}`]),
  ]
  return parts.join('  ')
}

/** What a person calls the vantages of a host. */
const PLACES: Readonly<Record<string, string>> = {
  'host/loopback4': '127.0.0.1',
  'host/loopback6': '::1',
  'host/lan': "this host's LAN address",
  'host/node-address': "the nodes' own addresses",
  'host/balancer': 'the balancer',
}

/** What is watched, from where, through which context, and where it can be read. */
export function watchingText(facts: WatchingFacts): string {
  const { clusters, vantages, access, store, page, keyFile, ignored } = printableAll(facts)
  const what = clusters.length === 1 ? `cluster ${clusters[0]}` : `${clusters.length} clusters (${clusters.join(', ')})`
  const from = vantages.length === 0 ? '' : ` at ${vantages.map((one) => PLACES[one] ?? one).join(', ')}`
  const through = access === null ? '' : ` Kubernetes API: ${access}.`
  const served = page === null ? '' : ` Page and metrics: ${page}.`
  const asked = page === null || keyFile === null ? '' : ` The page asks for the key in ${keyFile}.`
  const kept = store === 'memory' ? ' Nothing is kept on disk.' : ` Kept in ${store}.`
  const left = ignored.length === 0 ? '' : ` Not watched: ${ignored.join(', ')}.`
  return `Watching ${what}${from}.${through}${served}${asked}${kept}${left}`
}
