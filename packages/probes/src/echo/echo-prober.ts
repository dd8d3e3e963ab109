import type { Clock, EchoCount, ProbePlan } from '@portolan/core'
import type { Seen } from '../exchange/exchange.ts'
import { type EchoFlow, openEchoFlow } from './echo-flow.ts'
import { createEchoTrain, type EchoTrain, TRAIN_LENGTH } from './echo-train.ts'
import type { SocketError } from '../exchange/ending.ts'
import type { PlanProber } from '../exchange/plan-prober.ts'
import { symptomOfError } from '../exchange/socket-symptom.ts'
import { startStopwatch } from '../exchange/stopwatch.ts'

/** Between two datagrams of a train. */
const SPACING_MS = 5

/** When all are back, for one that comes twice. */
const LINGER_MS = 20

/**
 * Sends a train of datagrams to a peer's echo over a flow of its own, and one beside it over a flow that is kept for the
 * plan's life: what remembers flows on the way may break an old one alone. Any datagram that the fresh flow brings back
 * is ok.
 */
export function createEchoProber({ address, port }: ProbePlan, clock: Clock): PlanProber {
  let kept: EchoFlow | null = null

  function keptFlow(): EchoFlow {
    if (kept?.isBroken === true) {
      kept.close()
      kept = null
    }
    kept ??= openEchoFlow(address, port)
    return kept
  }

  return {
    probe({ timeoutMs }, done) {
      const flows = { kept: keptFlow(), fresh: openEchoFlow(address, port) }
      return sendTrains({ ...flows, timeoutMs, clock }, (seen) => done({ seen, report: { seen, protocol: 'echo' } }))
    },
    close() {
      kept?.close()
      kept = null
    },
  }
}

interface Trains {
  /** Closed at the end. */
  fresh: EchoFlow
  kept: EchoFlow
  timeoutMs: number
  clock: Clock
}

function sendTrains({ fresh, kept, timeoutMs, clock }: Trains, done: (seen: Seen) => void): () => void {
  const startedAt = clock.now()
  const watch = startStopwatch(clock, 'write')
  const freshTrain = createEchoTrain()
  const keptTrain = createEchoTrain()
  const sent = { fresh: 0, kept: 0 }
  /** When the first answer came. */
  let answered: ReturnType<typeof watch.stop> | null = null
  let cancelSpacing = (): void => {}
  let cancelLinger: (() => void) | null = null
  let finished = false

  const stopFresh = fresh.listen(freshTrain, takeFresh, failed)
  const stopKept = kept.listen(keptTrain, endWhenAllAreBack)
  const cancelDeadline = clock.after(timeoutMs, timeUp)
  fresh.whenOpen(() => send(0))

  function send(number: number): void {
    if (finished || number === TRAIN_LENGTH) return
    if (number === 0) watch.enter('first_byte')
    if (fresh.send(freshTrain.datagrams[number] as Buffer)) sent.fresh += 1
    if (kept.send(keptTrain.datagrams[number] as Buffer)) sent.kept += 1
    cancelSpacing = clock.after(SPACING_MS, () => send(number + 1))
  }

  function takeFresh(): void {
    answered ??= watch.stop()
    endWhenAllAreBack()
  }

  function endWhenAllAreBack(): void {
    const isAll = freshTrain.returned === TRAIN_LENGTH && keptTrain.returned === sent.kept
    if (isAll) cancelLinger ??= clock.after(LINGER_MS, () => finish())
  }

  /** A datagram that came back proves more than the error of another one. */
  function failed(error: SocketError): void {
    if (answered === null) finish(error)
  }

  /** What already waits in the socket is taken first: being late ourselves must not look like loss. */
  function timeUp(): void {
    setImmediate(() => finish())
  }

  function finish(error?: SocketError): void {
    if (finished) return
    const failedIn = watch.phase
    const counts = countOf(freshTrain, keptTrain, sent)
    const detail = error?.message.slice(0, 200) ?? describe(counts)
    const seen: Seen = {
      symptom: answered !== null ? 'ok' : error === undefined ? 'silent' : symptomOfError(error.code, true),
      startedAt,
      ...(answered ?? { ...watch.stop(), failedIn }),
      ...(detail !== null && { detail }),
      echo: counts,
    }
    abort()
    done(seen)
  }

  function abort(): void {
    finished = true
    cancelDeadline()
    cancelSpacing()
    cancelLinger?.()
    stopFresh()
    stopKept()
    fresh.close()
  }

  return () => {
    if (!finished) abort()
  }
}

function countOf(fresh: EchoTrain, kept: EchoTrain, sent: { fresh: number; kept: number }): EchoCount {
  return {
    sent: sent.fresh,
    lost: sent.fresh - fresh.returned,
    duplicated: fresh.duplicated,
    reordered: fresh.reordered,
    keptSent: sent.kept,
    keptLost: sent.kept - kept.returned,
  }
}

/** What is amiss, in words; null when nothing was lost. */
function describe({ sent, lost, keptSent, keptLost }: EchoCount): string | null {
  if (lost === 0 && keptLost === 0) return null
  if (lost === 0 && keptLost === keptSent) return 'only the flow that is kept from probe to probe gets no answer'
  if (lost === sent && keptSent > keptLost) return 'only the flow that is kept from probe to probe gets answers'
  const ofKept = keptLost === 0 ? '' : `, and ${keptLost} of ${keptSent} of the flow that is kept`
  return `${lost} of ${sent} datagrams were lost${ofKept}`
}
