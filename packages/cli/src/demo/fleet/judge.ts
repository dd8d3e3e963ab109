import { type Incident, isRoute } from '@portolan/core'
import type { ScenarioResult } from '@portolan/practice'
import { missedOutages } from '../summary.ts'

/** What a hub has of one cluster. */
export interface AtHub {
  incidents: Pick<Incident, 'id' | 'target' | 'darkSince' | 'darkUntil'>[]
  /** The id of each incident that its timeline says opened. */
  opened: string[]
}

/** One cluster of the fleet, at the end. */
export interface SiteVerdict {
  cluster: string
  scenario: string
  /** Outages of ports that its collector reported. */
  outages: number
  /** How many of them are on the hub, once. */
  once: number
  /** One sentence each. */
  wrong: string[]
}

/** Whether all that a collector reported is on the hub, once, and nothing else; and so is each outage that was made. */
export function judgeSite(
  { cluster, scenario }: Pick<SiteVerdict, 'cluster' | 'scenario'>,
  said: readonly Incident[],
  result: ScenarioResult,
  hub: AtHub,
  now: number,
): SiteVerdict {
  const there = new Set(hub.incidents.map(({ id }) => id))
  const opened = Map.groupBy(hub.opened, (id) => id)
  const times = (id: string) => opened.get(id)?.length ?? 0
  const known = new Set(said.map(({ id }) => id))
  const ports = said.filter(({ target }) => !isRoute(target))
  return {
    cluster,
    scenario,
    outages: ports.length,
    once: ports.filter(({ id }) => there.has(id) && times(id) === 1).length,
    wrong: [
      ...said.filter(({ id }) => !there.has(id)).map(({ id }) => `${id} is not on the hub`),
      ...said
        .filter(({ id }) => there.has(id) && times(id) !== 1)
        .map(({ id }) => `${id} is ${times(id)} times in the timeline of the hub`),
      ...hub.incidents
        .filter(({ id }) => !known.has(id))
        .map(({ id }) => `${id} is on the hub, but no collector reported it`),
      ...missedOutages(result, hub.incidents, now),
    ],
  }
}

export function summaryOf(verdicts: readonly SiteVerdict[], facts: { replicas: number; killed: number }): string[] {
  const widest = Math.max(...verdicts.map(({ cluster }) => cluster.length))
  const wrong = verdicts.flatMap((one) => one.wrong.map((line) => `WRONG  ${one.cluster}: ${line}`))
  const made = verdicts.reduce((sum, { outages }) => sum + outages, 0)
  return [
    '',
    `Fleet: ${verdicts.length} clusters, ${facts.replicas} replicas of the hub, of which ${facts.killed} was killed.`,
    ...verdicts.map(
      ({ cluster, scenario, outages, once }) =>
        `  ${cluster.padEnd(widest)}  ${scenario.padEnd(18)}${outages} outages, ${once} on the hub`,
    ),
    ...wrong,
    wrong.length > 0 ? `${wrong.length} wrong.` : `All ${made} outages are on the hub, each once.`,
  ]
}
