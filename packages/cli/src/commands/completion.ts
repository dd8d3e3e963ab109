import { EXIT, PortolanError } from '@portolan/core'
import type { Command } from 'commander'
import { SCRIPTS } from '../completion/scripts.ts'
import type { End } from '../end.ts'

export function defineCompletion(command: Command, end: End): void {
  command.action((shell: string) => {
    if (!isKnown(shell)) {
      throw new PortolanError(
        'usage',
        `the shell is "${shell}", expected bash, zsh or fish`,
        'e.g. portolan completion bash',
      )
    }
    process.stdout.write(SCRIPTS[shell])
    end(EXIT.fine)
  })
}

function isKnown(shell: string): shell is keyof typeof SCRIPTS {
  return Object.hasOwn(SCRIPTS, shell)
}
