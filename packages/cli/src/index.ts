export { createLive, type Live, type LiveOptions } from './live.ts'
export { runCommandLine } from './program.ts'
