import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * The words that a real shell reads from each of these commands, of which it runs none. `A && B` is two commands.
 *
 * @param shell bash reads `$'...'` as POSIX.1-2024 says, not every sh knows it
 */
export function wordsIn(lines: readonly string[], shell: 'sh' | 'bash' = 'bash'): string[][] {
  const script = `${NOTHING_RUNS}${lines.map((line) => `show ${line}\n`).join('')}`
  const printed = outputOf(shell, script).split('\0')
  const commands: string[][] = []
  for (let at = 0; at < printed.length - 1; at += 1 + Number(printed[at])) {
    commands.push(printed.slice(at + 1, at + 1 + Number(printed[at])))
  }
  return commands
}

/** A command that is badly quoted may still write a file: into a folder of its own, and over no other file. */
function outputOf(shell: string, script: string): string {
  const cwd = mkdtempSync(join(tmpdir(), 'portolan-shell-'))
  try {
    return execFileSync(shell, { input: script, encoding: 'utf8', maxBuffer: 2 ** 26, cwd })
  } finally {
    rmSync(cwd, { recursive: true })
  }
}

const NOTHING_RUNS = `PATH=
set -C
show() { printf '%s\\0' "$#" "$@"; }
kubectl() { show kubectl "$@"; }
`
