import { PortolanError } from '@portolan/core'
import { findRunning } from './folder.ts'

/** A port that is in use says which Portolan has it, where one does, and how to choose another for the page. */
export function portInUse(error: unknown, env: NodeJS.ProcessEnv): unknown {
  if (!(error instanceof PortolanError) || error.code !== 'port_in_use') return error
  const port = /^port (\d+) /.exec(error.message)?.[1]
  // A host port of the practice cluster is none of the page.
  if (port === undefined) return error
  const holder = findRunning(env).find(({ page }) => page?.endsWith(`:${port}`))
  if (holder === undefined)
    return new PortolanError('port_in_use', error.message, `${error.hint}; --listen chooses the page's address`, error)
  const who = `the running Portolan ${holder.kind} (process ${holder.pid}, page ${holder.page})`
  return new PortolanError(
    'port_in_use',
    `port ${port} is in use by ${who}`,
    'choose another: --listen 127.0.0.1:0',
    error,
  )
}
