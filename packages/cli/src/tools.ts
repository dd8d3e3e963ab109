import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { commandText, PortolanError, printable } from '@portolan/core'
import type { Step } from './install/plan.ts'

const WHERE_FROM: Record<string, string> = {
  helm: 'https://helm.sh/docs/intro/install',
  kubectl: 'https://kubernetes.io/docs/tasks/tools',
  kind: 'https://kind.sigs.k8s.io/docs/user/quick-start',
  docker: 'https://docs.docker.com/engine/install',
}

/** @throws PortolanError tool_missing, which names all that are */
export function requireTools(names: readonly string[], env: NodeJS.ProcessEnv): void {
  const missing = names.filter((name) => !hasTool(name, env))
  if (missing.length === 0) return
  const hint = missing.map((name) => `${name}: ${WHERE_FROM[name] ?? ''}`).join('\n')
  throw new PortolanError('tool_missing', `${missing.join(' and ')} cannot be found in PATH`, hint)
}

export function hasTool(name: string, env: NodeJS.ProcessEnv): boolean {
  return (env['PATH'] ?? '').split(delimiter).some((folder) => isExecutable(join(folder, name)))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

export interface Answer {
  ok: boolean
  out: string
  err: string
}

/** Asks a tool something; what it answers is not shown. */
export async function ask(command: readonly [string, ...string[]], env: NodeJS.ProcessEnv): Promise<Answer> {
  const [program, ...words] = command
  const child = spawn(program, words, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const [[code], out, err] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)])
  return { ok: code === 0, out: out.trim(), err: err.trim() }
}

/** Runs the commands one after the other, each with all that it says. @throws PortolanError tool_failed at the first that fails */
export async function runSteps(steps: readonly Step[], env: NodeJS.ProcessEnv): Promise<void> {
  for (const { about, command, hint, look = [] } of steps) {
    const how = await runShown(command, env)
    if (how === null) continue
    for (const one of look) await runShown(one, env)
    throw new PortolanError('tool_failed', `${about}: ${command[0]} ended ${how}`, hint)
  }
}

/** @returns how it ended; null for well */
async function runShown(command: Step['command'], env: NodeJS.ProcessEnv): Promise<string | null> {
  process.stdout.write(`$ ${printable(commandText(command))}\n`)
  const [program, ...words] = command
  const child = spawn(program, words, { env, stdio: ['ignore', 'inherit', 'inherit'] })
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  if (code === 0) return null
  return signal === null ? `with exit code ${code}` : `by ${signal}`
}
