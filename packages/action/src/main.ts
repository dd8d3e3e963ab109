import { PortolanError, printableLines } from '@portolan/core'
import { systemClock } from '@portolan/runtime'
import { runAction } from './action.ts'
import { readOrder } from './inputs.ts'
import { runPortolan } from './run-portolan.ts'

try {
  const order = readOrder(process.env)
  process.exitCode = await runAction({
    order,
    portolan: runPortolan(['portolan'], order.folder, process.env),
    clock: systemClock,
    write: (text) => void process.stdout.write(text),
  })
} catch (error) {
  if (!(error instanceof PortolanError)) throw error
  process.stderr.write(printableLines(`portolan: ${error.message}\n  ${error.hint}\n`))
  process.exitCode = error.exitCode
}
