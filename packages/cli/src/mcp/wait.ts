import { PortolanError } from '@portolan/core'
import { encodeWait } from '@portolan/wire'
import * as z from 'zod'
import { waitFor } from '../wait/wait-for.ts'
import { readWaitedNames } from '../wait/waited-port.ts'
import type { Answer } from './answer.ts'
import { defineTool, placeInput } from './tool.ts'

const MOST_PORTS = 50
const MOST_SECONDS = 300

export const wait = defineTool({
  name: 'wait',
  title: 'Wait until ports or routes answer',
  description:
    'Wait until host ports, or routes behind them, answer, as after a fix, and explain for each that does not answer why. A client may give up before the time is over: keep it below its own limit, often 60 s.',
  input: {
    ports: z.array(placeInput).max(MOST_PORTS).default([]).describe('none: every port that is mapped'),
    timeoutSeconds: z.number().min(1).max(MOST_SECONDS).default(30),
  },
  async answer({ ports, timeoutSeconds }, { env, clock, asksPods }, signal) {
    const stopped = Promise.withResolvers<boolean>()
    const cancel = clock.after(timeoutSeconds * 1000, () => stopped.resolve(false))
    const leave = () => stopped.resolve(true)
    signal.addEventListener('abort', leave)
    let source: Answer['source'] = 'own'
    try {
      const outcome = await waitFor(
        { names: readWaitedNames(ports.map(String)), only: [], asksPods },
        {
          env,
          clock,
          stopped: stopped.promise,
          onDemo() {
            source = 'demo'
          },
          onAnswer: () => {},
          onNotice: () => {},
        },
      )
      if (outcome === null) throw new PortolanError('collector_away', 'the wait was ended before its time', 'ask again')
      const short = {
        ...outcome,
        ports: outcome.ports.map((one) => ({
          ...one,
          target: 'vantages' in one.target ? { ...one.target, vantages: [] } : one.target,
        })),
      }
      return {
        contract: 'wait',
        data: encodeWait(short, clock.now()),
        source,
        leftOut: ['the vantages of each port: why has what was seen'],
      }
    } finally {
      cancel()
      signal.removeEventListener('abort', leave)
    }
  },
})
