import type { ProbesDocument } from '@portolan/wire'
import { isHub } from '../clock.ts'
import { NO_PROBES, type Probes, probesOf } from './probes.ts'
import { createSource, type Source } from './source.ts'
import { spanOf } from './view.ts'

/** In more time single probes cannot be distinguished. */
const CLOSE_MS = 150_000

/** Single probes, where so little time is looked at that they can be distinguished. A hub has none. */
export function createProbesSource(onProbes: (probes: Probes) => void): Source {
  return createSource<ProbesDocument>({
    detailOf: ({ view }) => (isHub() || spanOf(view) > CLOSE_MS ? null : 1),
    ofRows: false,
    path: (range) => `/probes?${range}`,
    freshFor: () => 1000,
    onDocument: (document) => onProbes(document === null ? NO_PROBES : probesOf(document)),
  })
}
