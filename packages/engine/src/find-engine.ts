import { readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { within } from '@portolan/base'
import type { Clock, Log } from '@portolan/core'
import { findCandidates } from './candidates.ts'
import { type Endpoint, nameOf } from './endpoint.ts'
import type { Engine } from './engine.ts'
import { describeFailure, explainFailures, type Failure, isForbidden } from './failure.ts'
import { createNerdctlEngine } from './nerdctl-engine.ts'
import { createRestEngine } from './rest-engine.ts'

export interface FoundEngine {
  engine: Engine
  endpoint: Endpoint
}

/** How long an engine may take for one answer. */
export const ANSWER_MS = 10_000

/**
 * The first engine that holds a kind cluster, else the first that answers.
 *
 * @throws PortolanError engine_not_found, engine_forbidden or engine_unreachable
 */
export async function findEngine(options: {
  env: NodeJS.ProcessEnv
  clock: Clock
  log: Log
  signal: AbortSignal
}): Promise<FoundEngine> {
  const { env, clock, log, signal } = options
  const endpoints = findCandidates({
    env,
    home: env['HOME'] || homedir(),
    uid: process.getuid?.() ?? null,
    read: readText,
  })
  const failures: Failure[] = []
  let empty: FoundEngine | null = null
  for (const endpoint of endpoints) {
    const engine = createEngine(endpoint, env, clock)
    try {
      await within(clock, ANSWER_MS, signal, (inTime) => engine.describe(inTime))
      const nodes = await within(clock, ANSWER_MS, signal, (inTime) => engine.listNodes(inTime))
      if (nodes.length > 0 || endpoints.length === 1) {
        await empty?.engine.close()
        return { engine, endpoint }
      }
      if (empty === null) {
        empty = { engine, endpoint }
        continue
      }
    } catch (error) {
      log.debug({ endpoint: nameOf(endpoint), reason: describeFailure(error) }, 'engine tried in vain')
      failures.push({ endpoint, error, group: isForbidden(error) ? groupOf(endpoint) : null })
    }
    await engine.close()
  }
  if (empty === null) throw explainFailures(failures)
  return empty
}

function createEngine(endpoint: Endpoint, env: NodeJS.ProcessEnv, clock: Clock): Engine {
  const { platform } = process
  return endpoint.kind === 'command'
    ? createNerdctlEngine({ command: endpoint.command, env, clock, platform })
    : createRestEngine(endpoint, platform)
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

/** The name of the socket's group; root's own is nothing to join. */
function groupOf(endpoint: Endpoint): string | null {
  if (endpoint.kind !== 'unix') return null
  const gid = statSync(endpoint.path, { throwIfNoEntry: false })?.gid
  if (gid === undefined || gid === 0) return null
  const line = readText('/etc/group')
    ?.split('\n')
    .find((one) => one.split(':')[2] === String(gid))
  return line?.split(':')[0] ?? null
}
