import { type Incident, PortolanError } from '@portolan/core'
import { shellWords } from './shell-words.ts'

/** A change of one object of the practice cluster, as a request to its API. */
export interface ApiChange {
  path: string
  contentType: string
  body: string
}

/** The collections of the objects that a remedy changes. */
const COLLECTIONS: Record<string, (namespace: string) => string> = {
  service: (namespace) => `/api/v1/namespaces/${namespace}/services`,
  deployment: (namespace) => `/apis/apps/v1/namespaces/${namespace}/deployments`,
}

/** The fix of the first port that is dark for longer than a pod takes to start: it has a command. */
export function printedFix(incidents: readonly Incident[]): { incident: Incident; command: string } | null {
  for (const incident of incidents) {
    const command = incident.remedies[0]?.command
    if (incident.closedAt === null && command !== undefined) return { incident, command }
  }
  return null
}

/**
 * What `kubectl patch` and `kubectl scale` ask of the API server.
 *
 * @throws PortolanError usage where the command is another one
 */
export function changesOf(command: string): ApiChange[] {
  const commands: string[][] = [[]]
  for (const word of shellWords(command)) {
    if (word === '&&') commands.push([])
    else commands.at(-1)?.push(word)
  }
  return commands.map((words) => changeOf(words) ?? notHere(command))
}

function changeOf([program, ...words]: string[]): ApiChange | null {
  const option = (name: string) => words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3)
  const [verb, object = ''] = words.filter((word) => !word.startsWith('--'))
  const [kind = '', name = ''] = object.split('/')
  const collection = COLLECTIONS[kind]?.(encodeURIComponent(option('namespace') ?? 'default'))
  if (program !== 'kubectl' || collection === undefined || name === '') return null
  const path = `${collection}/${encodeURIComponent(name)}`
  const [patch, replicas] = [option('patch'), option('replicas')]
  if (verb === 'patch' && patch !== undefined) {
    const type = option('type') === 'json' ? 'json-patch' : 'strategic-merge-patch'
    return { path, contentType: `application/${type}+json`, body: patch }
  }
  if (verb === 'scale' && replicas !== undefined) {
    const body = JSON.stringify({ spec: { replicas: Number(replicas) } })
    return { path: `${path}/scale`, contentType: 'application/merge-patch+json', body }
  }
  return null
}

function notHere(command: string): never {
  throw new PortolanError('usage', 'portolan demo fix cannot run this remedy', `run it yourself: ${command}`)
}
