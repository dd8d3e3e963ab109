import { until } from '../kind/harness/until.ts'
import { watchForDark } from './client.ts'
import type { Fault, Ground } from './fault.ts'
import { gradeOf, judge, type Judgement, type ExpectedCause } from './judgement.ts'
import type { Observer, Saying } from './observer.ts'

const PATIENCE_S = 45
/** A word that names the cause has to stand. */
const NAMED_STANDS_MS = 6000
/** Until then a list may still become one cause. */
const LISTED_STANDS_MS = 15_000
/** Until then a change of the endpoints may still be on its way to the nodes, and explains what is dark. */
const SETTLED_MS = 6000
/** An innocent shape is watched for so long. */
const INNOCENT_S = 15

/** A judgement, and what led to it. */
export interface Seen extends Judgement {
  sayings: readonly Saying[]
  /** What the observer knows of the port at the end, where the word is not the right one alone. */
  explained: unknown
}

export type Judgements = Map<Observer['name'], Seen>

/** Makes one fault and lets all observers look at it together. */
export async function makeFault<On extends Ground>(
  bed: On,
  observers: readonly Observer[],
  fault: Fault<On>,
): Promise<Judgements> {
  const hostPort = bed.hostPort[fault.port]
  const target = `host:${hostPort}`
  await bed.reset()
  await allCalm(bed, observers)
  try {
    await fault.arrange?.(bed)
    await until(`${target} is up for all`, async () => observers.every((one) => answers(one, target)))
    const arrangedAt = performance.now()
    await until('nothing is left of the arrangement', async () => {
      return performance.now() - arrangedAt >= SETTLED_MS && observers.every((one) => !isOpen(one, target))
    })
    const marks = observers.map((one) => one.sayings().length)
    const heard = (index: number) => {
      const since = observers[index]?.sayings().slice(marks[index]) ?? []
      return since.filter((one) => one.target === target)
    }
    await using client = watchForDark(hostPort)
    const actedAt = performance.now()
    const trueAt = await fault.act(bed)
    await settled(fault, observers, heard)
    if (fault.cause !== null && client.darkAt() === null && marks.every((_, index) => heard(index).length === 0))
      throw new Error('the port answered all the time, and nothing was said')
    const changedAt = Math.max(client.darkAt() ?? actedAt, typeof trueAt === 'number' ? trueAt : actedAt)
    const seen = observers.map(async (observer, index): Promise<[Observer['name'], Seen]> => {
      const sayings = heard(index)
      const judgement = judge(fault, sayings, changedAt)
      const isRight = judgement.grade === 'named' || judgement.grade === 'calm'
      return [observer.name, { ...judgement, sayings, explained: isRight ? null : await observer.explain(target) }]
    })
    return new Map(await Promise.all(seen))
  } finally {
    await fault.undo?.(bed)
  }
}

async function settled(
  fault: ExpectedCause & { patienceS?: number },
  observers: readonly Observer[],
  heard: (index: number) => readonly Saying[],
): Promise<void> {
  const began = performance.now()
  const patienceMs = (fault.patienceS ?? (fault.cause === null ? INNOCENT_S : PATIENCE_S)) * 1000
  let rightSince = Number.POSITIVE_INFINITY
  let namedSince = Number.POSITIVE_INFINITY
  await until('the verdicts stand, or the time is up', async () => {
    const now = performance.now()
    if (now - began >= patienceMs) return true
    if (fault.cause === null) return false
    const grades = observers.map((_, index) => {
      const last = heard(index).at(-1)
      return last?.isOpen === true ? gradeOf(fault, last) : 'none'
    })
    const since = (holds: boolean, before: number) => (holds ? Math.min(before, now) : Number.POSITIVE_INFINITY)
    namedSince = since(
      grades.every((grade) => grade === 'named'),
      namedSince,
    )
    rightSince = since(
      grades.every((grade) => grade === 'named' || grade === 'listed'),
      rightSince,
    )
    return now - namedSince >= NAMED_STANDS_MS || now - rightSince >= LISTED_STANDS_MS
  })
}

async function allCalm({ hostPort }: Ground, observers: readonly Observer[]): Promise<void> {
  const targets = Object.values(hostPort).map((port) => `host:${port}`)
  await until('all ports are up for all', async () =>
    observers.every((one) => targets.every((target) => answers(one, target) && !isOpen(one, target))),
  )
}

/** It flaps, where so much is broken: it answers all the same. */
function answers(observer: Observer, target: string): boolean {
  const state = observer.state(target)
  return state === 'up' || state === 'flapping'
}

function isOpen(observer: Observer, target: string): boolean {
  return observer.sayings().findLast((one) => one.target === target)?.isOpen === true
}
