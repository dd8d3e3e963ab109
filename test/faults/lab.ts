import { until } from '../kind/harness/until.ts'
import type { Fault, Ground } from './fault.ts'
import { isRight, judge, type Judgement, type Told } from './judgement.ts'
import type { Observer } from './observer.ts'

const PATIENCE_S = 45
/** A right word has to stand. */
const STANDS_MS = 6000
/** Until then a change of the endpoints may still be on its way to the nodes, and explains what is dark. */
const SETTLED_MS = 6000
/** An innocent shape is watched for so long. */
const INNOCENT_MS = 15_000

export type Judgements = Map<Observer['name'], Judgement>

/** Makes one fault, lets all observers look at it together, and takes it back. */
export async function makeFault<On extends Ground>(
  bed: On,
  observers: readonly Observer[],
  fault: Fault<On>,
): Promise<Judgements> {
  const target = `host:${bed.hostPort[fault.port]}`
  const of = (observer: Observer, from: number) =>
    observer
      .sayings()
      .slice(from)
      .filter((one) => one.target === target)
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
    const actedAt = performance.now()
    await fault.act(bed)
    await settled(fault, observers, (index) => of(observers[index] as Observer, marks[index] as number))
    return new Map(observers.map((one, index) => [one.name, judge(fault, of(one, marks[index] as number), actedAt)]))
  } finally {
    await fault.undo?.(bed)
  }
}

async function settled(
  fault: Told & { patienceS?: number },
  observers: readonly Observer[],
  heard: (index: number) => ReturnType<Observer['sayings']>,
): Promise<void> {
  const began = performance.now()
  const patienceMs = (fault.patienceS ?? PATIENCE_S) * 1000
  let rightSince: number | null = null
  await until('the verdicts stand, or the time is up', async () => {
    const now = performance.now()
    if (fault.cause === null) return now - began >= INNOCENT_MS
    const areRight = observers.every((_, index) => {
      const last = heard(index).at(-1)
      return last?.isOpen === true && isRight(fault, last)
    })
    rightSince = areRight ? (rightSince ?? now) : null
    return now - began >= patienceMs || (rightSince !== null && now - rightSince >= STANDS_MS)
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
