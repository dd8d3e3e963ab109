import type { Change } from '../model/change.ts'
import type { Effect } from '../model/effect.ts'
import type { Incident } from '../model/incident.ts'
import type { Outcome } from '../model/outcome.ts'
import { recordOutcome } from '../probing/probe-history.ts'
import { isReachable, type Symptom } from '../model/symptom.ts'
import type { TrackedPoint } from '../probing/tracked-point.ts'
import type { LateOutcomes, TargetTrack } from './target-track.ts'

/** Takes in an outcome of a vantage that decides, as it should have been seen then. */
export function takeLate(track: TargetTrack, point: TrackedPoint, outcome: Outcome): void {
  const { failures, firstFailureAt, last } = point.history
  const answered = isReachable(outcome.symptom)
  track.late ??= { from: outcome.startedAt, answered, dark: [] }
  const begins = firstFailureAt ?? Number.POSITIVE_INFINITY
  // An answer may have begun before the failures and be told after them.
  if (answered && failures >= 2 && last !== null && outcome.startedAt > begins) {
    const symptoms = { [point.vantage]: last.symptom }
    addStretch(track.late, { since: begins, until: outcome.startedAt, symptoms })
  }
  recordOutcome(point.history, outcome)
}

function addStretch({ dark }: LateOutcomes, stretch: LateOutcomes['dark'][number]): void {
  const touching = dark.filter((one) => one.since <= stretch.until && stretch.since <= one.until)
  for (const one of touching) dark.splice(dark.indexOf(one), 1)
  const all = [...touching, stretch]
  dark.push({
    since: Math.min(...all.map(({ since }) => since)),
    until: Math.max(...all.map(({ until }) => until)),
    symptoms: Object.assign({}, ...all.map(({ symptoms }) => symptoms)),
  })
  dark.sort((a, b) => a.since - b.since)
}

/**
 * Amends the timeline by what came late: how the port fared, and its outages that are over. An incident that was open
 * before ends with the first of them; the others are told closed, without a cause, since nobody judged them then.
 */
export function tellLate(cluster: string, track: TargetTrack, effects: Effect[]): void {
  const { late } = track
  if (late === null) return
  track.late = null
  const { target } = track.path.mapping
  const announce = (change: Change) => effects.push({ kind: 'announce', change })
  const tellState = (at: number, now: 'up' | 'down', symptoms: Record<string, Symptom>) =>
    announce({
      type: 'target.state',
      at,
      cluster,
      target,
      state: now,
      previous: now === 'up' ? 'down' : 'up',
      symptom: Object.values(symptoms)[0] ?? 'ok',
      vantages: symptoms,
    })
  if (late.dark[0] === undefined || late.dark[0].since > late.from)
    tellState(late.from, late.answered ? 'up' : 'down', {})
  for (const { since, until, symptoms } of late.dark) {
    const open = track.incident
    track.incident = null
    if (open === null || open.darkSince > until) tellState(since, 'down', symptoms)
    const incident =
      open !== null && open.darkSince <= until
        ? { ...open, darkUntil: until, closedAt: until }
        : missedIncident(cluster, track, since, until, symptoms)
    tellState(until, 'up', {})
    announce({ type: 'incident.closed', at: until, cluster, target, incident })
    if (open !== null && open.darkSince > until) track.incident = open
  }
}

function missedIncident(
  cluster: string,
  track: TargetTrack,
  since: number,
  until: number,
  symptoms: Record<string, Symptom>,
): Incident {
  const { mapping, container } = track.path
  return {
    id: `${cluster}-${mapping.hostPort}-${since.toString(36)}`,
    cluster,
    target: mapping.target,
    cause: 'unproven',
    confidence: 'unproven',
    candidates: [],
    summary:
      'The port did not answer for a while, and the collector learned of it only later: the state of the cluster at that time is not known.',
    evidence: Object.entries(symptoms).map(([vantage, symptom]) => ({
      kind: 'probe',
      text: `${vantage}: ${symptom}`,
      at: since,
    })),
    remedies: [],
    node: container.name,
    symptoms,
    changedAt: null,
    openedAt: since,
    closedAt: until,
    darkSince: since,
    darkUntil: until,
    planned: false,
  }
}
