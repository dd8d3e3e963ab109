import { isIP } from 'node:net'

const NAMES = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY']
const EXEMPT = ['no_proxy', 'NO_PROXY']

/**
 * What a person has to know whose shell sends requests through a proxy: probes do not go there, so a port may answer here
 * and not in his client. null where none is set, or where it leaves the port out. No value is said: it may hold a password.
 *
 * Source: curl(1), "Environment": http_proxy, ALL_PROXY, NO_PROXY.
 *
 * @param listenAddresses where the port is, as `127.0.0.1`; everywhere is loopback for a client on this machine
 */
export function proxyNote(env: NodeJS.ProcessEnv, listenAddresses: readonly string[]): string | null {
  const name = NAMES.find((one) => (env[one] ?? '') !== '')
  if (name === undefined) return null
  const left = EXEMPT.flatMap((one) => (env[one] ?? '').split(',')).map((one) => one.trim())
  const addresses = listenAddresses.filter((one) => isIP(one) > 0).map((one) => LOOPBACK[one] ?? one)
  const sent = addresses.filter((address) => !left.includes('*') && !left.includes(address))
  const [first] = sent
  if (first === undefined) return null
  return `${name} is set: programs that follow it, such as curl, ask the proxy for ${first}, but the probes do not; NO_PROXY=${[...new Set(sent)].join(',')} excludes it`
}

const LOOPBACK: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }
