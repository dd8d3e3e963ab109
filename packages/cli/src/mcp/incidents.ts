import { encodeIncidents } from '@portolan/wire'
import * as z from 'zod'
import { withStore } from '../stored.ts'
import { sinceMs } from './since.ts'
import { defineTool, sinceInput } from './tool.ts'

const MOST = 50

export const incidents = defineTool({
  name: 'incidents',
  title: 'What was dark',
  description:
    'List the incidents that a portolan watch saw, newest first: which port was dark, from when to when, for how long, why, and the fix. Needs a watch that is running, or that ran before.',
  input: {
    since: sinceInput.default('24h'),
    open: z.boolean().default(false).describe('only open incidents'),
    limit: z.int().min(1).max(MOST).default(20),
  },
  async answer({ since, open, limit }, { clock }) {
    const now = clock.now()
    const from = now - sinceMs(since)
    return withStore({}, async (store, { running }) => {
      const state = open ? { state: 'open' as const } : {}
      const found = await store.incidents({ from, limit: limit + 1, ...state })
      return {
        contract: 'incidents',
        data: encodeIncidents(found.slice(0, limit), now),
        source: running?.kind ?? 'store',
        leftOut: found.length > limit ? [`older incidents than these ${limit}`] : [],
      }
    })
  },
})
