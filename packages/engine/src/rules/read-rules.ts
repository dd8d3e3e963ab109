import type { PortRule, RuleMode, RuleReading } from '@portolan/core'
import type { Command, Executed } from '../exec.ts'
import { messageOf } from '../failure.ts'
import { CONNECTIONS_COMMAND, RULE_COMMANDS } from './commands.ts'
import type { Door, FoundRules } from './door.ts'
import { readIptables } from './iptables.ts'
import { readNftables } from './nftables.ts'

/** The rules for one port as a node holds them now. In each rule `packets` are all that it has ever counted. */
export interface NodeRules extends Pick<RuleReading, 'connections' | 'unread'> {
  mode: RuleMode | null
  rules: PortRule[]
}

export interface RuleQuestion extends Door, Pick<RuleReading, 'family' | 'node'> {
  /** The id of the node's container. */
  container: string
}

/** A rule takes some hundred bytes: a cluster with ten thousand Services has more, and is left alone. */
const MOST_BYTES = 16 * 1024 * 1024

/** What one command showed: an answer, or that what it would read is not there, or why it could not be read. */
interface Asked<Answer> {
  answer: Answer | null
  /** In a node of the other mode that is as it should be. */
  missing: string | null
  fault: string | null
}

/** Reads the rules by the commands of `commands.ts` alone. What cannot be read is named; never rejects. */
export async function readRules(
  { container, node, family, ...door }: RuleQuestion,
  run: (command: Command) => Promise<Executed>,
): Promise<NodeRules> {
  async function ask<Answer>(
    words: readonly [string, ...string[]],
    read: (output: string) => Answer | null,
  ): Promise<Asked<Answer>> {
    const [program] = words
    const none = { answer: null, missing: null, fault: null }
    try {
      const { exitCode, output, complaint } = await run({ container, words, mostBytes: MOST_BYTES })
      if (exitCode === 0) return { ...none, answer: read(output) }
      if (isMissing(exitCode)) return { ...none, missing: `${program} is not in the image of ${node}` }
      if (isWithoutTable(complaint)) return none
      return { ...none, fault: `${program} failed in ${node}: ${complaint.trim().split('\n')[0] ?? ''}` }
    } catch (error) {
      return { ...none, fault: `${program} could not be asked in ${node}: ${messageOf(error).slice(0, 300)}` }
    }
  }
  const { nftables, iptables } = RULE_COMMANDS[family]
  const asked = [
    await ask(nftables, (output) => readNftables(output, door)),
    await ask(iptables, (output) => readIptables(output, door)),
  ]
  const connections = await ask(CONNECTIONS_COMMAND, readConnections)
  const found = asked.flatMap(({ answer }) => answer ?? [])
  return {
    ...joined(found),
    connections: connections.answer,
    unread: asked.flatMap(({ fault, missing }) => fault ?? (found.length === 0 ? missing : null) ?? []),
  }
}

/** After a change of its mode kube-proxy removes what it wrote in the other one: until then both are in force. */
function joined(found: readonly FoundRules[]): Pick<NodeRules, 'mode' | 'rules'> {
  return { mode: found[0]?.mode ?? null, rules: found.flatMap(({ rules }) => rules) }
}

function isMissing(exitCode: number): boolean {
  return exitCode === 126 || exitCode === 127
}

function isWithoutTable(complaint: string): boolean {
  return /no such file or directory/i.test(complaint)
}

function readConnections(output: string): RuleReading['connections'] {
  const [count = 0, most = 0] = output.split('\n').map((line) => (/^\d{1,10}$/.test(line) ? Number(line) : 0))
  return most > 0 ? { count, most } : null
}
