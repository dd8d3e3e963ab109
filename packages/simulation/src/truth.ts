import type { Cause } from '@portolan/core'
import { type ClusterModel, rightFor } from '@portolan/practice'
import { conditionsOf } from './conditions.ts'

/** What became of connections to a host port: all answered, all failed, or some of each. */
export type Answering = 'all' | 'some' | 'none'

/** A stretch in which that did not change; times are of the simulation, ms. */
export interface Stretch {
  from: number
  answering: Answering
  /** Why connections fail. */
  whys: Cause[]
  /** What may rightly be said of it. */
  right: Cause[]
}

/** What really was the matter, port by port: verdicts are held against it. */
export interface Truth {
  look(): void
  ports(): number[]
  /** Those that lie in a period, the one that it began in too. */
  during(hostPort: number, from: number, to: number): Stretch[]
  all(hostPort: number): readonly Stretch[]
}

export function createTruth(model: ClusterModel, passed: () => number): Truth {
  const stretches = new Map<number, Stretch[]>()

  function look(): void {
    for (const { hostPort, whys, node, containerPort } of model.whysByPort()) {
      const known = stretches.get(hostPort) ?? []
      const failing = whys.filter((why) => why !== null)
      const answering = failing.length === 0 ? 'all' : failing.length < whys.length ? 'some' : 'none'
      const own = [...new Set(failing)].sort()
      const right = [...new Set([...own.flatMap(rightFor), ...conditionsOf(model, node, containerPort)])]
      if (answering === 'some') right.push('endpoint_bad')
      const last = known.at(-1)
      if (last?.answering === answering && last.whys.join() === own.join() && last.right.join() === right.join())
        continue
      known.push({ from: passed(), answering, whys: own, right })
      stretches.set(hostPort, known)
    }
  }

  return {
    look,
    ports: () => [...stretches.keys()],
    during(hostPort, from, to) {
      const all = stretches.get(hostPort) ?? []
      return all.filter((one, index) => one.from <= to && (all[index + 1]?.from ?? Number.POSITIVE_INFINITY) >= from)
    },
    all: (hostPort) => stretches.get(hostPort) ?? [],
  }
}
