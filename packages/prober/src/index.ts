export { announceIn, announceTo } from './announcer.ts'
export { createHostService, type HostServiceOptions } from './host-service.ts'
export type { DarkPort } from './rule-witness.ts'
export { createProber, type HostProber, type ProberOptions } from './prober.ts'
