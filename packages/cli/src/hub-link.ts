import { hostname } from 'node:os'
import { readFileSync } from 'node:fs'
import { type HubLink, isLoopback } from '@portolan/collector'
import type { Command } from 'commander'
import type { Faults } from './settings.ts'

export interface HubFlags {
  hub?: string
  hubTokenFile?: string
}

const VARIABLE = 'PORTOLAN_HUB_TOKEN'

export function addHubOptions(command: Command): Command {
  return command
    .option(
      '--hub <url>',
      'the hub to report to, e.g. https://hub.example: incidents, changes and counts, but no single probes',
    )
    .option('--hub-token-file <file>', `a file with the token for the hub (or $${VARIABLE})`)
}

/** What waits for it is kept as the caller likes; null where there is none. What is wrong goes to the faults. */
export function readHub(
  { hub, hubTokenFile }: HubFlags,
  { source = hostname(), env }: { source?: string; env: NodeJS.ProcessEnv },
  faults: Faults,
): Omit<HubLink, 'spool'> | null {
  if (hub === undefined) {
    if (hubTokenFile !== undefined) faults.add('--hub-token-file has no use without --hub')
    return null
  }
  const url = URL.parse(hub)
  if (url === null || !['https:', 'http:'].includes(url.protocol) || url.username !== '' || url.search !== '') {
    faults.add(`--hub is "${hub}", expected an address such as https://hub.example`)
    return null
  }
  if (url.protocol === 'http:' && !isLocal(url.hostname))
    faults.add(
      '--hub: expected https://, since others on the network could read the token; http:// is only for this machine and for Services',
    )
  const token = () => (hubTokenFile === undefined ? (env[VARIABLE] ?? '') : readFileSync(hubTokenFile, 'utf8')).trim()
  try {
    if (token() === '') faults.add(`--hub needs a token: name a file by --hub-token-file, or set $${VARIABLE}`)
  } catch (error) {
    faults.add(
      `--hub-token-file: ${hubTokenFile} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
    )
  }
  const name = source.replaceAll(/[^A-Za-z0-9._-]/g, '-').slice(0, 253)
  return { url, token, source: `collector/${name}` }
}

/** On this machine, or within a cluster by the name of a Service. */
function isLocal(name: string): boolean {
  return isLoopback(name.replaceAll(/[[\]]/g, '')) || /\.svc(\.cluster\.local)?$/.test(name)
}
