import { type Batch, type Burst, type Clock, CLOCK_HEADER, type Orders, type ProbePlan } from '@portolan/core'
import type { CarriedAnswer, CarriedRequest, Carry } from '../src/index.ts'

/** What becomes of one batch on its way. */
export type Fate =
  | 'stored'
  | 'not reached'
  | 'never answered'
  | 'answer lost'
  | 'answer too late'
  | 'proxy page'
  | 'refused by something else'
  | number

export interface TestCollector {
  carry: Carry
  /** What it stored: each fact once, in the order of receipt. */
  stored: { boot: string; sequence: number; kind: string; collector: string }[]
  /** Every request, in order. */
  requests: CarriedRequest[]
  batches(): Batch[]
  /** Bodies that began with a sequence that had been sent before, and were not the same. */
  altered: string[]
  assign(plans: ProbePlan[]): void
  burst(bursts: Burst[]): void
  /** Nothing answers until it is back. */
  leave(): void
  /** @param anew it was started again */
  comeBack(anew?: boolean): void
}

/** A collector behind a line on which things happen: to one batch after the other what `fates` says, then nothing. */
export function createTestCollector(
  clock: Clock,
  options: { fates?: Fate[]; detail?: string; retryAfter?: string; clockAheadMs?: number; hurries?: boolean } = {},
): TestCollector {
  const fates = [...(options.fates ?? [])]
  const stored: TestCollector['stored'] = []
  const requests: CarriedRequest[] = []
  const altered: string[] = []
  const bodies = new Map<string, string>()
  const heard = new Map<string, number>()
  let life = 1
  let isAway = false
  let orders: Orders = { collector: 'life-1', version: 1, assignment: { plans: [], peers: [] }, bursts: [] }
  const waiting = new Set<() => void>()
  const breaking = new Set<() => void>()

  function store(body: string): void {
    const batch = JSON.parse(body) as Batch
    const key = `${batch.boot}/${batch.facts[0]?.sequence}`
    if ((bodies.get(key) ?? body) !== body) altered.push(key)
    bodies.set(key, body)
    for (const { sequence, observed } of batch.facts) {
      if (sequence <= (heard.get(batch.boot) ?? 0)) continue
      heard.set(batch.boot, sequence)
      stored.push({ boot: batch.boot, sequence, kind: observed.kind, collector: orders.collector })
    }
  }

  function answer(status: number, body: object | string): CarriedAnswer {
    return {
      status,
      headers: {
        [CLOCK_HEADER]: String(clock.now() + (options.clockAheadMs ?? 0)),
        ...(status === 429 && options.retryAfter !== undefined && { 'retry-after': options.retryAfter }),
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }
  }

  async function ingest(request: CarriedRequest): Promise<CarriedAnswer> {
    const body = request.body ?? ''
    const fate = fates.shift() ?? 'stored'
    if (fate === 'not reached') throw new Error('connect ECONNREFUSED')
    if (fate === 'never answered') return never(request.signal)
    if (typeof fate === 'number') return answer(fate, { detail: options.detail ?? 'so it is' })
    if (fate === 'proxy page') return { status: 200, headers: {}, body: '<html>' }
    if (fate === 'refused by something else') return { status: 413, headers: {}, body: 'too much for this proxy' }
    store(body)
    if (fate === 'answer lost') throw new Error('read ECONNRESET')
    if (fate === 'answer too late') return never(request.signal)
    return answer(200, { acknowledged: (JSON.parse(body) as Batch).facts.at(-1)?.sequence })
  }

  async function assignment(request: CarriedRequest): Promise<CarriedAnswer> {
    const query = new URL(request.path, 'http://collector').searchParams
    const isNews = () => query.get('collector') !== orders.collector || Number(query.get('after')) < orders.version
    if (!isNews() && options.hurries !== true) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const cancel = clock.after(Number(query.get('wait')) * 1000, resolve)
      const gone = () => reject(new Error('read ECONNRESET'))
      waiting.add(resolve)
      breaking.add(gone)
      request.signal.addEventListener('abort', gone)
      await promise.finally(cancel)
    }
    const told = answer(200, orders)
    orders = { ...orders, bursts: [] }
    return told
  }

  function tellNews(change: Partial<Orders>): void {
    orders = { ...orders, ...change, version: orders.version + 1 }
    for (const wake of waiting) wake()
    waiting.clear()
  }

  return {
    stored,
    requests,
    altered,
    batches: () => requests.flatMap(({ body }) => (body === undefined ? [] : [JSON.parse(body) as Batch])),
    async carry(request) {
      requests.push(request)
      if (isAway) throw new Error('connect ECONNREFUSED')
      return request.method === 'POST' ? ingest(request) : assignment(request)
    },
    assign: (plans) => tellNews({ assignment: { plans, peers: [] } }),
    burst: (bursts) => tellNews({ bursts }),
    leave() {
      isAway = true
      for (const end of breaking) end()
      breaking.clear()
    },
    comeBack(anew = false) {
      isAway = false
      if (!anew) return
      life += 1
      orders = { ...orders, collector: `life-${life}`, version: 1 }
    },
  }
}

function never(signal: AbortSignal): Promise<CarriedAnswer> {
  return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))
}
