import type { Burst, Change, Fact, ProbePlan, Symptom } from '@portolan/core'
import { createFakeClock, createRecordedLog, type FakeClock } from '@portolan/testing'
import { type Collector, type CollectorOptions, createCollector } from '../src/index.ts'
import { createStory, type Story } from './story.ts'

export interface RunningCollector {
  collector: Collector
  story: Story
  clock: FakeClock
  take(...facts: Fact[]): void
  /** The pod has moved away, and no probe is answered any more. */
  goDark(): void
  /** The pod is back, and probes are answered again. */
  comeBack(): void
  url: string
  plans: ProbePlan[]
  bursts: Burst[]
  changes: Change[]
  /** Answers with the change of this type, also when it was told before. */
  told(type: Change['type']): Promise<Change>
  get(path: string, headers?: Record<string, string>): Promise<{ status: number; body: any; headers: Headers }>
  metric(line: RegExp): Promise<string[]>
}

/** Lets in who writes. */
export const KEY = 'a-key-of-the-tests'

/** A collector that listens on a free port, and the story to tell it. */
export async function startCollector(
  more: Partial<CollectorOptions> = {},
  boot = 'first',
  clock: FakeClock = createFakeClock(),
): Promise<RunningCollector> {
  const changes: Change[] = []
  const plans: ProbePlan[] = []
  const bursts: Burst[] = []
  let heard = Promise.withResolvers<void>()
  const collector = createCollector({
    store: ':memory:',
    listen: { host: '127.0.0.1', port: 0 },
    access: { keys: [KEY], isPrivate: false },
    clock,
    log: createRecordedLog(),
    onAssign: (_cluster, _to, assignment) => void plans.splice(0, plans.length, ...assignment.plans),
    onBurst: (_cluster, _to, wanted) => void bursts.push(...wanted),
    onChange(change) {
      changes.push(change)
      heard.resolve()
      heard = Promise.withResolvers()
    },
    ...more,
  })
  await collector.start()
  const story = createStory('dev', clock.now, boot)
  const take = (...facts: Fact[]) => facts.forEach(collector.take)
  function probe(symptom: Symptom): void {
    clock.advance(1000)
    take(story.probed(symptom))
  }
  const url = `http://127.0.0.1:${collector.address?.port}`
  return {
    collector,
    story,
    clock,
    take,
    goDark() {
      take(...story.found())
      probe('ok')
      clock.advance(5000)
      take(...story.moved())
      for (let count = 0; count < 3; count += 1) probe('silent')
    },
    comeBack() {
      take(...story.movedBack())
      for (let count = 0; count < 3; count += 1) probe('ok')
    },
    url,
    plans,
    bursts,
    changes,
    async told(type) {
      for (;;) {
        const change = changes.find((one) => one.type === type)
        if (change !== undefined) return change
        await heard.promise
      }
    },
    async get(path, headers = {}) {
      const response = await fetch(`${url}${path}`, { headers })
      const text = await response.text()
      const isJson = response.headers.get('content-type')?.includes('json') ?? false
      return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers }
    },
    async metric(line) {
      const text = await (await fetch(`${url}/metrics`)).text()
      return text.split('\n').filter((one) => line.test(one))
    },
  }
}
