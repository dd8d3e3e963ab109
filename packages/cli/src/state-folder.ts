import { accessSync, constants } from 'node:fs'
import { PortolanError } from '@portolan/core'
import { makeFolder, stateFolder, stateFolderPath } from '@portolan/runtime'

/** The folder that was asked for, or the user's own state folder, made where it does not exist. @throws PortolanError store_unusable */
export function stateFolderOf(asked: string | undefined, env: NodeJS.ProcessEnv): string {
  if (asked === undefined) return stateFolder(env)
  try {
    makeFolder(asked)
    accessSync(asked, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new PortolanError(
      'store_unusable',
      `the state folder ${asked} cannot be created or written to (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
      'give another folder with --state, or make it writable for this user',
      error,
    )
  }
  return asked
}

/** The same to read from: it is not made. */
export function stateFolderToRead(asked: string | undefined, env: NodeJS.ProcessEnv): string {
  return asked ?? stateFolderPath(env)
}
