import { join } from 'node:path'
import { openStoreReader } from '@portolan/collector'
import { EXIT, type ExitCode, PortolanError, printable } from '@portolan/core'
import { findCluster } from '@portolan/kube'
import { ownCommand } from '../program-name.ts'
import { portText } from '../render/words.ts'
import type { RunningDemo } from '../running/entry.ts'
import { findDemo } from '../running/folder.ts'
import { type ApiChange, changesOf, printedFix } from './fix.ts'

const MOST_OPEN = 100

/**
 * Does to the practice cluster of the running demo what the fix of its dark port says.
 *
 * @throws PortolanError collector_away where no demo runs, usage where the fix is none of kubectl, api_unreachable
 */
export async function applyFix(env: NodeJS.ProcessEnv): Promise<ExitCode> {
  const demo = findDemo(env)
  if (demo === null) {
    throw new PortolanError('collector_away', 'no demo runs', `start it in another terminal: ${ownCommand('demo')}`)
  }
  const found = printedFix(await openIncidents(demo))
  if (found === null) {
    process.stdout.write('Nothing to fix: no port of the demo is dark now, or it ends by itself in a moment.\n')
    return EXIT.fine
  }
  for (const change of changesOf(found.command)) await request(demo, change, env)
  const port = portText(found.incident.target, found.incident.cluster, false)
  process.stdout.write(
    `${printable(found.command)}\nDone. To wait until ${printable(port)} answers: ${ownCommand('wait', port)}\n`,
  )
  return EXIT.fine
}

async function openIncidents({ state }: RunningDemo) {
  const store = openStoreReader(join(state, 'portolan.db'))
  try {
    return await store.incidents({ state: 'open', limit: MOST_OPEN })
  } finally {
    store.close()
  }
}

async function request({ kubeconfig }: RunningDemo, change: ApiChange, env: NodeJS.ProcessEnv): Promise<void> {
  const { server } = findCluster({ cluster: 'practice', kubeconfig, env })
  const { path, contentType, body } = change
  const headers = { 'Content-Type': contentType }
  const answer = await fetch(`${server}${path}`, { method: 'PATCH', headers, body }).catch((error: unknown) => error)
  if (answer instanceof Response && answer.ok) return
  const why = answer instanceof Response ? `answer ${answer.status}` : String(answer)
  throw new PortolanError(
    'api_unreachable',
    `the practice cluster rejects the fix: ${why}`,
    'check whether the demo still runs',
  )
}
