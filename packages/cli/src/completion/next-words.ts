import type { Command, Option } from 'commander'

/** As much of the program as its completion needs. */
export interface Completed {
  commands: readonly string[]
  /** With its options; null where there is no such command. */
  load(name: string): Promise<Command | null>
  /** Names of ports and routes that a Portolan of this machine knows. */
  ports(): Promise<string[]>
}

/** A shell splits, expands or quotes any other word. */
const PLAIN_WORD = /^[A-Za-z0-9-][\w./:@-]*$/
const MOST = 1000

/**
 * The words that may stand where the last of `words` is being written, and begin like it; none where a file may.
 *
 * @param words what was written after the program's name
 */
export async function nextWords(words: readonly string[], completed: Completed): Promise<string[]> {
  const begun = words.at(-1) ?? ''
  const known = await candidates(words.slice(0, -1), begun, completed)
  return known.filter((word) => word.startsWith(begun) && PLAIN_WORD.test(word)).slice(0, MOST)
}

async function candidates(before: readonly string[], begun: string, completed: Completed): Promise<string[]> {
  const [name] = before
  if (name === undefined) return begun.startsWith('-') ? ['--help', '--version'] : [...completed.commands, 'help']
  if (name === 'help') return [...completed.commands]
  const command = await completed.load(name)
  if (command === null) return []
  const awaited = optionOf(command, before.at(-1) ?? '')
  if (awaited !== null) return awaited.flags.endsWith('<port>') ? completed.ports() : (awaited.argChoices ?? [])
  if (begun.startsWith('-')) return [...command.options.flatMap(({ long }) => long ?? []), '--help']
  return argumentsOf(command, before, completed)
}

/** The option that the word before waits for a value of. */
function optionOf(command: Command, word: string): Option | null {
  return (
    command.options.find(
      ({ short, long, required, optional }) => [short, long].includes(word) && (required || optional),
    ) ?? null
  )
}

async function argumentsOf(command: Command, before: readonly string[], completed: Completed): Promise<string[]> {
  const values = before.slice(1).filter((word, index) => {
    const isOption = word.startsWith('-')
    return !isOption && (index === 0 || optionOf(command, before[index] ?? '') === null)
  })
  const all = command.registeredArguments
  const last = all.at(-1)
  const argument = all[values.length] ?? (last?.variadic === true ? last : undefined)
  if (argument === undefined) return []
  if (argument.argChoices !== undefined) return argument.argChoices
  return /^ports?$/.test(argument.name()) ? completed.ports() : []
}
