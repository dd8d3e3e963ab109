export { createProber, type HostProber, type ProberOptions } from './prober.ts'
