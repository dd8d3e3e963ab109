import { isIP } from 'node:net'
import { isAbsolute } from 'node:path'
import { PortolanError } from '@portolan/core'

export interface AgentConfig {
  cluster: string
  /** The node's name, as the cluster knows it. */
  node: string
  /** The node's own address: what is listened on. */
  nodeAddress: string
  collector: URL
  /** Holds the token by which the collector knows the agent; it changes. */
  tokenFile: string
  /** Holds the certificates of which the collector shows one, and is there once they are known; null over plain HTTP. */
  trustFile: string | null
  /** A folder of its own. */
  spool: string
  /** TCP for health and metrics, UDP for the echo. */
  port: number
}

type Fault = string

/** What each variable has to be: what is wrong with a value, or null. */
const VARIABLES = {
  PORTOLAN_CLUSTER: () => null,
  PORTOLAN_NODE: (text: string) => (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(text) ? null : 'is not a valid node name'),
  PORTOLAN_NODE_ADDRESS: (text: string) => (isIP(text) === 0 ? 'is not an IP address' : null),
  PORTOLAN_COLLECTOR: (text: string) =>
    /^https?:$/.test(URL.parse(text)?.protocol ?? '') ? null : 'is not an address that begins with http:// or https://',
  PORTOLAN_TOKEN_FILE: (text: string) => (isAbsolute(text) ? null : 'is not an absolute path'),
  PORTOLAN_TRUST_FILE: (text: string) => (isAbsolute(text) ? null : 'is not an absolute path'),
  PORTOLAN_SPOOL: (text: string) => (isAbsolute(text) ? null : 'is not an absolute path'),
  PORTOLAN_PORT: (text: string) =>
    /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535 ? null : 'is not a port between 1 and 65535',
} satisfies Record<string, (text: string) => Fault | null>

type Variable = keyof typeof VARIABLES

const NAMES = Object.keys(VARIABLES) as Variable[]

/**
 * The agent's configuration, which is its environment alone.
 *
 * @throws PortolanError config_invalid, naming everything that is wrong
 */
export function readConfig(env: NodeJS.ProcessEnv): AgentConfig {
  const { values, faults } = readVariables(env)
  if (faults.length > 0) {
    const hint = `an agent takes its configuration from its environment: ${NAMES.join(', ')}`
    throw new PortolanError(
      'config_invalid',
      `the environment is not what it should be:\n  ${faults.join('\n  ')}`,
      hint,
    )
  }
  return {
    cluster: values.PORTOLAN_CLUSTER,
    node: values.PORTOLAN_NODE,
    nodeAddress: values.PORTOLAN_NODE_ADDRESS,
    collector: new URL(values.PORTOLAN_COLLECTOR),
    tokenFile: values.PORTOLAN_TOKEN_FILE,
    trustFile: isPlainHttp(env) ? null : values.PORTOLAN_TRUST_FILE,
    spool: values.PORTOLAN_SPOOL,
    port: Number(values.PORTOLAN_PORT),
  }
}

function readVariables(env: NodeJS.ProcessEnv): { values: Record<Variable, string>; faults: Fault[] } {
  const values = Object.fromEntries(NAMES.map((name) => [name, env[name] ?? ''])) as Record<Variable, string>
  const needed = NAMES.filter((name) => name !== 'PORTOLAN_TRUST_FILE' || !isPlainHttp(env))
  const wrong = needed.flatMap((name) => {
    if (values[name] === '') return [`${name} is not set`]
    const fault = VARIABLES[name](values[name])
    return fault === null ? [] : [`${name} ${fault}: ${values[name]}`]
  })
  const unknown = Object.keys(env).filter((name) => name.startsWith('PORTOLAN_') && !(name in VARIABLES))
  return { values, faults: [...wrong, ...unknown.sort().map((name) => `${name} is unknown`)] }
}

function isPlainHttp({ PORTOLAN_COLLECTOR = '' }: NodeJS.ProcessEnv): boolean {
  return URL.parse(PORTOLAN_COLLECTOR)?.protocol === 'http:'
}
