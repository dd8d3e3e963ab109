export { createAggregator, type Aggregator } from './aggregator.ts'
export { createProbeScheduler } from './probe-scheduler.ts'
export type { Prober, SkipReason } from './scheduler.ts'
