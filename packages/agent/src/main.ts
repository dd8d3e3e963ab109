import { PortolanError, printableLines } from '@portolan/core'
import { createLogger, runUntilSignal, steadyClock } from '@portolan/runtime'
import { createAgent } from './agent.ts'
import { readConfig } from './config.ts'

const log = createLogger({ level: 'info', to: 'stdout' })

try {
  await runUntilSignal(() => createAgent(readConfig(process.env), { clock: steadyClock, log }))
  process.exit()
} catch (error) {
  if (!(error instanceof PortolanError)) throw error
  process.stderr.write(printableLines(`portolan agent: ${error.message}\n  ${error.hint}\n`))
  process.exit(error.exitCode)
}
