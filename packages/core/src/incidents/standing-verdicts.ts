import type { Incident } from '../model/incident.ts'
import type { StandingVerdict, TargetTrack } from './target-track.ts'

/** Keeps how long each cause stood, with its latest words. */
export function noteVerdict(track: TargetTrack, incident: Incident, at: number): void {
  const verdict = verdictIn(incident)
  const { cause } = verdict
  const standing = track.verdicts.at(-1)
  if (standing !== undefined && standing.verdict.cause === cause) {
    standing.verdict = verdict
    return
  }
  if (standing !== undefined) standing.stoodMs += at - standing.since
  const earlier = track.verdicts.find((one) => one.verdict.cause === cause)
  if (earlier === undefined) {
    track.verdicts.push({ verdict, since: at, stoodMs: 0 })
  } else {
    track.verdicts = [...track.verdicts.filter((one) => one !== earlier), { ...earlier, verdict, since: at }]
  }
}

/** An outage is remembered by the cause that stood longest: the way out of it often passes another for a moment. */
export function principalVerdict(track: TargetTrack, incident: Incident, at: number): StandingVerdict['verdict'] {
  const stood = track.verdicts.map((one, index) => ({
    verdict: one.verdict,
    ms: one.stoodMs + (index === track.verdicts.length - 1 ? at - one.since : 0),
  }))
  return stood.reduce((a, b) => (b.ms > a.ms ? b : a), { verdict: verdictIn(incident), ms: -1 }).verdict
}

/** What is said of an outage, without its times. */
export function verdictIn(incident: Incident): StandingVerdict['verdict'] {
  const { cause, confidence, candidates, summary, evidence, remedies } = incident
  return { cause, confidence, candidates, summary, evidence, remedies }
}
