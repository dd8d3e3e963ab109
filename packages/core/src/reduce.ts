import { announceClockSet, shiftedIncident, shiftedOutcome, takeClockSet } from './clock-set.ts'
import { assess } from './diagnosis/assess.ts'
import { keysBefore, takeForRoutes } from './edge/take-fact.ts'
import { followAbsence, tellAbsence } from './absence.ts'
import { recover } from './recover.ts'
import { followAgents, followAll, followPodWay, replanFor } from './incidents/follow.ts'
import { endUnclaimed } from './incidents/end-unclaimed.ts'
import { judge } from './incidents/judge.ts'
import { verdictIn } from './incidents/standing-verdicts.ts'
import { takeReading } from './incidents/take-reading.ts'
import { takeOutcome } from './incidents/take-outcome.ts'
import type { Effect } from './model/effect.ts'
import type { Fact, Observation } from './model/fact.ts'
import type { Incident } from './model/incident.ts'
import type { Outcome } from './model/outcome.ts'
import { isOnRing } from './probing/ring.ts'
import type { ClusterState } from './state.ts'
import { takeInventory } from './take-inventory.ts'

/** A fact that was this long on its way is late: it amends counts and never opens or closes an incident. */
const LATE_MS = 15_000
/** Less is how precisely two clocks are read one after the other. */
const CLOCK_SET_MS = 1000
/** After a start of the collector a prober elsewhere may take so long to come back. */
const BRIDGED_WITHIN_MS = 60_000
/** Time is looked at this often where nothing else happens. */
const TICK_MS = 1000

/**
 * Takes in one fact and answers what should be done about it. Changes `state` in place and nothing else: no clock, no
 * input, no output. The same facts in the same order give the same effects. Never throws: where a fact cannot be taken
 * in, what followed from it so far is done, an effect says so, and everything is asked for again.
 */
export function reduce(state: ClusterState, fact: Fact): Effect[] {
  if (isRepeated(state, fact)) return []
  const effects: Effect[] = []
  try {
    take(state, fact, effects)
  } catch (error) {
    recover(state, fact, error, effects)
  }
  const { intake } = state
  const at = fact.receivedAt
  if (intake.wakeAt === null || at >= intake.wakeAt) {
    intake.wakeAt = at + TICK_MS
    effects.push({ kind: 'wakeAt', at: intake.wakeAt })
  }
  return effects
}

function take(state: ClusterState, fact: Fact, effects: Effect[]): void {
  const { observed, receivedAt: at } = fact
  state.intake.startedAt ??= at
  followClock(state, fact, effects)
  followAbsence(state, fact, effects)
  const before = keysBefore(state, observed)
  const isLate = at - fact.at > LATE_MS
  if (observed.kind === 'outcome') takeOutcome(state, notAhead(observed.outcome, at), at, isLate, effects)
  else takeChange(state, observed, at, effects)
  takeForRoutes(state, observed, { before, at, isLate }, effects)
}

/** Facts come in the order of their receipt: where its time goes back nobody said, the clock was set back all the same. */
function followClock(state: ClusterState, { observed, receivedAt }: Fact, effects: Effect[]): void {
  const back = receivedAt - (state.intake.heardAt ?? receivedAt)
  if (observed.kind === 'clock') takeClockSet(state, observed.byMs, receivedAt, effects)
  else if (back <= -CLOCK_SET_MS) takeClockSet(state, back, receivedAt, effects)
  state.intake.heardAt = receivedAt
}

/** No probe starts after it was heard of: a source whose clock is ahead would else have the last word until then. */
function notAhead(outcome: Outcome, at: number): Outcome {
  const ahead = (outcome.run?.until ?? outcome.startedAt) - at
  return ahead > 0 ? shiftedOutcome(outcome, -ahead) : outcome
}

function isRepeated({ intake: { seen } }: ClusterState, { source, boot, sequence }: Fact): boolean {
  const stream = `${source} ${boot}`
  if (sequence <= (seen.get(stream) ?? 0)) return true
  seen.set(stream, sequence)
  return false
}

function takeChange(
  state: ClusterState,
  observed: Exclude<Observation, { kind: 'outcome' }>,
  at: number,
  effects: Effect[],
): void {
  switch (observed.kind) {
    case 'agent':
      takeAgent(state, observed, at, effects)
      return
    case 'tick':
      if (state.intake.isShaken) {
        state.intake.isShaken = false
        followAll(state, at, false, effects)
      }
      followAgents(state, at, effects)
      judgeAll(state, at, effects)
      endUnclaimed(state, at, effects)
      return
    case 'protocol':
      state.probing.protocols.set(observed.identity, { protocol: observed.protocol, why: observed.why })
      replanFor(state, observed.identity, effects)
      return
    case 'rule':
      takeReading(state, observed.reading, at, effects)
      return
    case 'witness':
      followPodWay(state, observed, effects)
      return
    case 'gap':
      takeGap(state, observed, at, effects)
      return
    case 'clock':
      return
    case 'resumed':
      state.intake.isContinued = true
      takeResumed(state, observed, at, effects)
      if (at <= observed.lastAt) return
      if (observed.awaited === undefined || observed.awaited.length === 0)
        tellAbsence(state, observed.lastAt, at, effects)
      else state.intake.absence = { from: observed.lastAt, awaited: observed.awaited, until: at + BRIDGED_WITHIN_MS }
      return
    default:
      takeInventory(state, observed, at, effects)
  }
}

function judgeAll(state: ClusterState, at: number, effects: Effect[]): void {
  for (const track of state.ports.tracks.values()) judge(state, track, assess(state, track, at), effects)
}

function takeAgent(
  state: ClusterState,
  { node, address, echoPort }: Extract<Observation, { kind: 'agent' }>,
  at: number,
  effects: Effect[],
): void {
  const known = state.inventory.agents.get(node)
  state.inventory.agents.set(node, { node, address, echoPort, heardAt: at })
  const isNews = known?.address !== address || known.echoPort !== echoPort || !isOnRing(state.probing.reporting, node)
  if (isNews) followAgents(state, at, effects)
}

/** What was open when Portolan stopped. Where that is later than now the clock was set back meanwhile, by that at least. */
function takeResumed(
  state: ClusterState,
  { lastAt, incidents }: Extract<Observation, { kind: 'resumed' }>,
  at: number,
  effects: Effect[],
): void {
  const byMs = Math.min(0, at - lastAt)
  state.ports.stoppedAt = lastAt + byMs
  for (const incident of incidents) resume(state, byMs === 0 ? incident : shiftedIncident(incident, byMs))
  if (byMs <= -CLOCK_SET_MS) announceClockSet(state, byMs, at, effects)
}

function resume(state: ClusterState, incident: Incident): void {
  const track = state.ports.tracks.get(incident.target)
  if (track === undefined) state.ports.resumed.set(incident.target, incident)
  else if (track.incident === null) {
    track.incident = incident
    track.verdicts = [{ verdict: verdictIn(incident), since: incident.openedAt, stoodMs: 0 }]
  }
}

function takeGap(state: ClusterState, gap: Extract<Observation, { kind: 'gap' }>, at: number, effects: Effect[]): void {
  const { from, to, reason, scope } = gap
  if (scope === 'prober') state.probing.trouble = { from, to, reason }
  effects.push({ kind: 'announce', change: { type: 'gap', at, cluster: state.name, from, to, reason } })
  judgeAll(state, at, effects)
}
