import { commandText } from '../model/command-text.ts'
import type { EngineInfo } from '../model/container.ts'

/** What a printed command is put together from. */
export interface Commanded {
  /** The first words of every command: kubectl with the cluster's context. */
  readonly kubectl: readonly string[]
  readonly engine: EngineInfo | null
}

/** `kubectl` with the context, and the namespace where there is one: a pasted command must never hit another cluster. */
export function kubectl(context: Pick<Commanded, 'kubectl'>, namespace: string | null, ...words: string[]): string {
  const scope = namespace === null ? [] : [`--namespace=${namespace}`]
  return commandText([...context.kubectl, ...scope, ...words])
}

/** `TYPE/NAME`: no name is taken for an option. */
export function resourceName({ kind, name }: { kind: string; name: string }): string {
  return `${kind.toLowerCase()}/${name}`
}

export function engineCommand(context: Commanded, ...words: string[]): string {
  return commandText([context.engine?.kind ?? 'docker', ...words])
}
