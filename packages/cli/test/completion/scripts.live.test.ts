import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { expect, test } from '@jest/globals'

const MAIN = resolve(import.meta.dirname, '../../src/main.ts')

/** A folder with `portolan` in it, as PATH has one. */
function withPortolan(): NodeJS.ProcessEnv {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-completion-'))
  const file = join(folder, 'portolan')
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`)
  chmodSync(file, 0o755)
  return { ...process.env, HOME: folder, XDG_STATE_HOME: folder, PATH: `${folder}${delimiter}${process.env['PATH']}` }
}

/** How each shell completes a line when a key is not at hand; the last word of the line is begun. */
const ASK: Record<string, (words: string[]) => string[]> = {
  bash: (words) => [
    '-c',
    `source <(portolan completion bash); COMP_WORDS=(portolan ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _portolan; printf '%s\\n' "\${COMPREPLY[@]}"`,
  ],
  zsh: (words) => [
    '-fc',
    `compdef() { :; }; compadd() { print -l -- "\${(P@)2}"; }; _files() { print files; }; source <(portolan completion zsh); words=(portolan ${words.map((word) => `'${word}'`).join(' ')}); CURRENT=${words.length + 1}; _portolan`,
  ],
  fish: (words) => [
    '--no-config',
    '-c',
    `portolan completion fish | source; complete -C 'portolan ${words.join(' ')}'`,
  ],
}

const isThere = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0

for (const [shell, ask] of Object.entries(ASK)) {
  const itIs = isThere(shell) ? test : test.skip
  itIs(`${shell} completes commands and options by the printed script`, () => {
    const env = withPortolan()
    const complete = (...words: string[]) => execFileSync(shell, ask(words), { env, encoding: 'utf8' }).split('\n')
    expect(complete('tim')).toContain('timeline')
    expect(complete('explain', '--pr')).toContain('--prove')
  })
}

test('another shell is refused with the names of those that are known', () => {
  const { status, stderr } = spawnSync(process.execPath, [MAIN, 'completion', 'ksh'], { encoding: 'utf8' })
  expect(status).toBe(2)
  expect(stderr).toContain('expected bash, zsh or fish')
})
