import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Cause, Confidence, TargetState } from '@portolan/core'
import { isIncident, watchWithPortolan } from '../kind/harness/portolan-watch.ts'
import type { Installed } from '../kind/harness/installed.ts'
import type { StoryCluster } from '../kind/harness/story-cluster.ts'

/** What was said of a port at a moment. */
export interface Saying {
  target: string
  id: string
  cause: Cause
  confidence: Confidence
  candidates: readonly Cause[]
  isOpen: boolean
  /** ms of this process' monotonic clock. */
  at: number
  /** Everything that was said with it. */
  whole: unknown
}

/** One Portolan that looks at the bed with its own set of vantages. */
export interface Observer extends AsyncDisposable {
  name: 'host only' | 'host and agents'
  sayings(): readonly Saying[]
  state(target: string): TargetState
  /** What it knows of a port beyond what it said; null: nothing. */
  explain(target: string): Promise<unknown>
}

/** `portolan watch` on this host, with nothing in the cluster. @param env beside this process' own */
export function watchFromHost(cluster: string, env?: NodeJS.ProcessEnv): Observer {
  const watch = watchWithPortolan(['--cluster', cluster], env)
  const sayings: Saying[] = []
  const states = new Map<string, TargetState>()
  let read = 0
  const began = performance.now() - Date.now()

  function follow(): void {
    for (const line of watch.lines().slice(read)) {
      read += 1
      if (line.type === 'target.state') states.set(line.target, line.state)
      if (!isIncident(line)) continue
      const { target, id, cause, confidence, candidates, state, receivedAt } = line
      const at = receivedAt + began
      sayings.push({ target, id, cause, confidence, candidates, isOpen: state === 'open', at, whole: line })
    }
  }

  return {
    name: 'host only',
    sayings() {
      follow()
      return sayings
    },
    state(target) {
      follow()
      return states.get(target) ?? 'unknown'
    },
    explain: async () => null,
    [Symbol.asyncDispose]: () => watch[Symbol.asyncDispose](),
  }
}

/** The collector of an installation, by what it logs. */
export function watchTheCollector(cluster: StoryCluster, installed: Installed): Observer {
  const words = ['--context', cluster.context, '-n', 'portolan', 'logs', '-f', 'deploy/portolan-collector']
  const child = spawn('kubectl', words, { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  const sayings: Saying[] = []
  const states = new Map<string, TargetState>()
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as Saying & { msg: string; state: TargetState }
    if (line.msg === 'target.state') states.set(line.target, line.state)
    if (!line.msg.startsWith('incident.')) return
    const { target, id, cause, confidence, candidates } = line
    const isOpen = line.msg !== 'incident.closed'
    sayings.push({ target, id, cause, confidence, candidates, isOpen, at: performance.now(), whole: line })
  })
  return {
    name: 'host and agents',
    sayings: () => sayings,
    state: (target) => states.get(target) ?? 'unknown',
    explain: (target) => installed.explain(Number(target.replace('host:', ''))).catch(String),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await closed
    },
  }
}
