export * from './backoff.ts'
export * from './duration.ts'
export { pause } from './pause.ts'
export { within } from './within.ts'
