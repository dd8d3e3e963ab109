import { toTimestamp } from '@portolan/wire'
import { askWhy } from '../why/ask.ts'
import { defineTool, placeInput } from './tool.ts'

const WATCH_MS = 10_000

export const why = defineTool({
  name: 'why',
  title: 'Why a port does not answer',
  description:
    'Show whether one host port, or a host behind an edge proxy, answers and, if not, why: the verdict with how sure it is, the evidence, which causes were ruled out, which could not be checked, the fixes as commands, and how to verify. Takes up to 10 s where no portolan watch runs.',
  input: { port: placeInput },
  async answer({ port }, { env, clock, asksPods }, signal) {
    const question = { name: String(port), forMs: WATCH_MS, asksPods, access: { only: [] }, state: null, page: null }
    const data = await askWhy(question, { env, clock, signal, time: toTimestamp, onDemo: () => {} })
    return { contract: 'why', data, source: data.source.kind }
  },
})
