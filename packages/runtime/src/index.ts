export { buildInfo } from './build-info.ts'
export { createCleanup } from './cleanup.ts'
export { steadyClock, systemClock } from './clock.ts'
export { createHealth, type Health } from './health.ts'
export {
  type Certificate,
  type HttpServer,
  type Listen,
  type SecureServer,
  startHttpServer,
  startSecureServer,
  startSocketServer,
} from './http-server.ts'
export { createLogger } from './logger.ts'
export { type Loop, startLoop } from './loop.ts'
export { createMetrics, type Metrics } from './metrics.ts'
export { createPlainMetrics } from './plain-metrics.ts'
export { makePrivate, openOutputFile, openPrivateFile } from './private-file.ts'
export { type App, runUntilSignal } from './run-until-signal.ts'
export { makeFolder, stateFolder, stateFolderPath } from './state-folder.ts'
export { createTurns } from './turns.ts'
