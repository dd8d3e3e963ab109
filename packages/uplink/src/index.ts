export { type CarriedAnswer, type CarriedRequest, type Carry, flatHeaders } from './carry.ts'
export { createFolderSpool, createMemorySpool, type Spool, type SpoolOptions } from './spool.ts'
export { createStanding, type Standing } from './standing.ts'
export { createUplink, type Uplink, type UplinkOptions, type UplinkState } from './uplink.ts'
