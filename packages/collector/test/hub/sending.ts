import { type Batch, type Decided, TOKEN_HEADER } from '@portolan/core'
import { stateChange } from '../store/examples.ts'

/** Sends batches as an uplink does: each again until it is acknowledged. */
export interface Sending {
  /** When each change happened that was acknowledged so far. */
  acknowledged: number[]
  /** Resolves when all are. */
  done: Promise<void>
}

/** A batch of changes of one cluster, each at a time of its own. */
export function batchOf(cluster: string, sequences: number[], startedAt: number): Batch<Decided> {
  const facts = sequences.map((sequence) => {
    const at = startedAt + sequence
    const change = stateChange(at, 'host:30080', cluster)
    return { sequence, at, observed: { kind: 'change', change } as const }
  })
  return { cluster, source: 'collector/test', boot: 'b', facts }
}

export async function post(url: string, token: string, batch: unknown): Promise<{ status: number; body: string }> {
  const answer = await fetch(`${url}/api/v1/ingest`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [TOKEN_HEADER]: token },
    body: JSON.stringify(batch),
  })
  return { status: answer.status, body: await answer.text() }
}

/**
 * @param urls of the replicas: each attempt goes to another one
 * @param onAcknowledged is called after each
 */
export function send(options: {
  urls: string[]
  token: string
  cluster: string
  batches: number
  startedAt: number
  onAcknowledged(count: number): void
}): Sending {
  const { urls, token, cluster, batches, startedAt, onAcknowledged } = options
  const acknowledged: number[] = []
  let attempts = 0

  async function all(): Promise<void> {
    for (let number = 0; number < batches; number += 1) {
      const batch = batchOf(
        cluster,
        [1, 2, 3].map((one) => number * 3 + one),
        startedAt,
      )
      while (!(await isTaken(batch)));
      acknowledged.push(...batch.facts.map(({ at }) => at))
      onAcknowledged(acknowledged.length)
    }
  }

  async function isTaken(batch: Batch<Decided>): Promise<boolean> {
    attempts += 1
    try {
      const { status } = await post(urls[attempts % urls.length] ?? '', token, batch)
      if (status === 200) return true
      if (status !== 503 && status !== 429) throw new Error(`unexpected: ${status}`)
    } catch (error) {
      if (!/fetch failed/.test((error as Error).message)) throw error
    }
    // As an uplink waits before the next attempt.
    await new Promise((resolve) => setTimeout(resolve, 50))
    return false
  }

  return { acknowledged, done: all() }
}
