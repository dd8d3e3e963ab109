import { type Cause, durationText, type Incident, isRoute } from '@portolan/core'
import type { JudgedPeriod, ScenarioResult } from '@portolan/practice'

/** What was said of the dark periods that were made. */
export interface DemoVerdict {
  incidents: number
  /** Incidents of routes: the practice cluster keeps no book of them. */
  ofRoutes: number
  /** Dark periods of which nothing wrong was said, and everything that had to be. */
  right: number
  periods: number
  /** One sentence each: a wrong verdict, an outage that was missed, one that was invented. */
  wrong: string[]
  darkMadeMs: number
  darkMeasuredMs: number
}

/** An incident as it stands, and every cause that was said of it. */
export interface SaidIncident {
  incident: Incident
  said: Cause[][]
}

/** Takes in an incident line by line: with each verdict the causes that it names, candidates too. */
export function noteIncident(all: Map<string, SaidIncident>, incident: Incident): void {
  const said = all.get(incident.id)?.said ?? []
  all.set(incident.id, { incident, said: [...said, [incident.cause, ...incident.candidates]] })
}

/** Compares what Portolan said of ports with what the practice cluster did to them. */
export function judgeDemo(result: ScenarioResult, all: readonly SaidIncident[], now: number): DemoVerdict {
  const incidents = all.filter(({ incident }) => !isRoute(incident.target))
  const wrong: string[] = []
  const used = new Set<string>()
  let right = 0
  for (const period of result.dark) {
    const matches = incidents.filter((one) => isOf(one.incident, period, now))
    for (const { incident } of matches) used.add(incident.id)
    const faults = faultsOf(period, matches, now)
    wrong.push(...faults.map((fault) => `${targetOf(period)}: ${fault}`))
    if (faults.length === 0 && matches.length > 0) right += 1
  }
  for (const { incident } of incidents) {
    if (used.has(incident.id)) continue
    wrong.push(`${incident.target}: ${incident.cause} was reported while the port answered`)
  }
  return {
    incidents: incidents.length,
    ofRoutes: all.length - incidents.length,
    right,
    periods: result.dark.length,
    wrong,
    darkMadeMs: result.dark.reduce((sum, period) => sum + lengthOf(period, now), 0),
    darkMeasuredMs: incidents.reduce((sum, { incident }) => sum + (incident.darkUntil ?? now) - incident.darkSince, 0),
  }
}

function faultsOf(period: JudgedPeriod, matches: readonly SaidIncident[], now: number): string[] {
  const right = (causes: Cause[], wanted: Cause[]) => causes.some((cause) => wanted.includes(cause))
  const said = matches.flatMap((match) => match.said)
  if (said.length === 0) {
    return period.mayBeMissed || isCutShort(period, now)
      ? []
      : [`dark for ${lengthOf(period, now)} ms (${period.rightCauses.join(' or ')}), and nothing was reported`]
  }
  const wrong = new Set(said.filter((causes) => !right(causes, period.rightCauses)).map(([cause]) => cause))
  const unnamed = period.mustBeNamed.filter((wanted) => !said.some((causes) => right(causes, wanted)))
  return [
    ...[...wrong].map((cause) => `${cause} was reported, ${period.rightCauses.join(' or ')} is right`),
    ...unnamed.map((wanted) => `${wanted.join(' or ')} was never reported`),
  ]
}

/** One sentence for each outage that was made, had to be said, and is in none of the incidents. */
export function missedOutages(
  { dark }: Pick<ScenarioResult, 'dark'>,
  incidents: readonly DarkTime[],
  now: number,
): string[] {
  return dark
    .filter((period) => !period.mayBeMissed && !isCutShort(period, now))
    .filter((period) => !incidents.some((incident) => isOf(incident, period, now)))
    .map((period) => `${targetOf(period)}: dark for ${lengthOf(period, now)} ms, and no incident reports it`)
}

type DarkTime = Pick<Incident, 'target' | 'darkSince' | 'darkUntil'>

export function summaryLines(
  verdict: DemoVerdict,
  facts: { scenario: string; moves: number; reportedMoves: number },
): string[] {
  const seconds = (ms: number) => (ms / 1000).toFixed(2)
  return [
    '',
    `Scenario ${facts.scenario}: ${count(facts.moves, 'pod')} placed, ${count(facts.reportedMoves, 'move')} reported, ${count(verdict.incidents, 'incident')} of ports${verdict.ofRoutes === 0 ? '' : `, ${verdict.ofRoutes} of routes (not judged)`}.`,
    `Verdicts: ${verdict.right} of ${verdict.periods} outages explained correctly.`,
    `Dark: ${seconds(verdict.darkMeasuredMs)} s measured, ${seconds(verdict.darkMadeMs)} s actual.`,
    ...verdict.wrong.map((line) => `WRONG  ${line}`),
    verdict.wrong.length > 0
      ? `${verdict.wrong.length} wrong.`
      : `Every verdict${verdict.ofRoutes === 0 ? '' : ' on a port'} was right.`,
  ]
}

/** What a demo showed that somebody ended, in one line. */
export function seenLine(verdict: DemoVerdict, incidents: readonly SaidIncident[], moves: number): string {
  const byCause = [...Map.groupBy(incidents, ({ incident }) => incident.cause)]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([cause, some]) => `${some.length} ${cause}`)
  const outages = `${count(incidents.length, 'outage')}${byCause.length === 0 ? '' : ` (${byCause.join(', ')})`}`
  // Behind a port that answers, a route is broken, not dark.
  const isDark = verdict.darkMeasuredMs > 0 || incidents.length === 0
  const dark = isDark ? `, dark for ${durationText(verdict.darkMeasuredMs)} in all` : ''
  const judged =
    verdict.wrong.length === 0
      ? ', each explained correctly'
      : `, ${verdict.right} of ${verdict.periods} explained correctly at once`
  return `Seen: ${count(moves, 'pod')} placed, ${outages}${dark}${incidents.length === 0 ? '' : judged}.`
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** Probes and the practice cluster's own book may differ by an interval. */
const SLACK_MS = 300

function isOf(incident: DarkTime, period: JudgedPeriod, now: number): boolean {
  if (incident.target !== targetOf(period)) return false
  return incident.darkSince <= (period.until ?? now) + SLACK_MS && (incident.darkUntil ?? now) >= period.from - SLACK_MS
}

function targetOf({ hostPort }: JudgedPeriod): string {
  return `host:${hostPort}`
}

function lengthOf(period: JudgedPeriod, now: number): number {
  return (period.until ?? now) - period.from
}

/** What nothing predicts takes two probes with their full deadlines to be said: the end of the run may come before. */
const VERDICT_MS = 6000

function isCutShort(period: JudgedPeriod, now: number): boolean {
  return period.until === null && lengthOf(period, now) < VERDICT_MS
}
