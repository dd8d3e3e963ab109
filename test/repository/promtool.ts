import { spawnSync } from 'node:child_process'

/** Runs promtool; null where this machine has none (Debian: apt-get install prometheus). */
export function promtool(...words: string[]): { ok: boolean; output: string } | null {
  const { error, status, stdout, stderr } = spawnSync('promtool', words, { encoding: 'utf8' })
  return error === undefined ? { ok: status === 0, output: stdout + stderr } : null
}

/** For the names of tests that need it. */
export const hasPromtool = promtool('--version') !== null
export const unlessMissing = hasPromtool ? '' : ' (skipped: promtool is missing, apt-get install prometheus)'
