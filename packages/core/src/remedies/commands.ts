import type { Path } from '../route/path.ts'
import { commandText, operands } from '../model/command-text.ts'
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

/** Runs these words on the node, where an engine holds it; else that is for whoever can log in there. */
export function onNode(
  context: Commanded & { readonly path: Pick<Path, 'mapping' | 'container'> },
  ...words: string[]
): { command?: string } {
  const { mapping, container } = context.path
  if (mapping.entry !== 'hostPort' && context.engine === null) return {}
  return { command: engineCommand(context, 'exec', ...operands(container.name), ...words) }
}

export function engineCommand(context: Commanded, ...words: string[]): string {
  return commandText([context.engine?.kind ?? 'docker', ...words])
}
