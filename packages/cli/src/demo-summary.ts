import type { Incident } from '@portolan/core'
import type { JudgedPeriod, ScenarioResult } from '@portolan/practice'

/** What was said of the dark periods that were made. */
export interface DemoVerdict {
  incidents: number
  /** Dark periods whose final verdict was right. */
  right: number
  periods: number
  /** One sentence each: a wrong verdict, an outage that was missed, one that was invented. */
  wrong: string[]
  darkMadeMs: number
  darkMeasuredMs: number
}

/** Compares what Portolan said with what the practice cluster did. */
export function judgeDemo(result: ScenarioResult, incidents: readonly Incident[], now: number): DemoVerdict {
  const wrong: string[] = []
  const used = new Set<string>()
  let right = 0
  for (const period of result.dark) {
    const port = `host:${period.hostPort}`
    const matches = incidents.filter((incident) => incident.target === port && overlaps(incident, period, now))
    for (const match of matches) used.add(match.id)
    const last = matches.at(-1)
    if (last === undefined) {
      if (!period.mayBeMissed) wrong.push(`${port} was dark for ${lengthOf(period, now)} ms and nothing was said of it`)
    } else if (
      !period.rightCauses.includes(last.cause) &&
      !last.candidates.some((one) => period.rightCauses.includes(one))
    ) {
      wrong.push(`${port}: ${last.cause} was said, ${period.rightCauses.join(' or ')} is right`)
    } else right += 1
  }
  for (const incident of incidents) {
    if (!used.has(incident.id)) wrong.push(`${incident.target}: ${incident.cause} was said while the port answered`)
  }
  return {
    incidents: incidents.length,
    right,
    periods: result.dark.length,
    wrong,
    darkMadeMs: result.dark.reduce((sum, period) => sum + lengthOf(period, now), 0),
    darkMeasuredMs: incidents.reduce((sum, one) => sum + (one.darkUntil ?? now) - one.darkSince, 0),
  }
}

export function summaryLines(verdict: DemoVerdict, facts: { scenario: string; moves: number; told: number }): string[] {
  const seconds = (ms: number) => (ms / 1000).toFixed(2)
  return [
    '',
    `Scenario ${facts.scenario}: ${facts.moves} pods placed, ${facts.told} moves told, ${verdict.incidents} incidents.`,
    `Verdicts: ${verdict.right} of ${verdict.periods} dark periods rightly explained.`,
    `Dark: ${seconds(verdict.darkMeasuredMs)} s measured, ${seconds(verdict.darkMadeMs)} s made.`,
    ...verdict.wrong.map((line) => `WRONG  ${line}`),
    verdict.wrong.length === 0 ? 'Every verdict was right.' : `${verdict.wrong.length} wrong.`,
  ]
}

/** Probes and the practice cluster's own book may differ by an interval. */
const SLACK_MS = 300

function overlaps(incident: Incident, period: JudgedPeriod, now: number): boolean {
  return incident.darkSince <= (period.until ?? now) + SLACK_MS && (incident.darkUntil ?? now) >= period.from - SLACK_MS
}

function lengthOf(period: JudgedPeriod, now: number): number {
  return (period.until ?? now) - period.from
}
