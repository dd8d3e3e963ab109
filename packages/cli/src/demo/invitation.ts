import type { Notice } from '../render/notice.ts'
import { type ProgramName, programName } from '../program-name.ts'
import { hasTool } from '../tools.ts'
import { commandText } from '@portolan/core'

/** What to do in another terminal while the demo runs. */
export function invitation(port: number, env: NodeJS.ProcessEnv, script: string): Notice {
  const name = programName(env, script)
  return {
    text: `${inAnotherTerminal(name)} ask why (also: explain, incidents, timeline, wait, check --live):`,
    command: commandText([...name.words, 'why', String(port)]),
  }
}

/** When the story slows down. */
export function fixInvitation(env: NodeJS.ProcessEnv, script: string): Notice {
  const name = programName(env, script)
  const text =
    'From here on the story moves a pod every 30 s. While a port is dark, run its fix and watch it turn green'
  if (hasTool('kubectl', env)) return { text: `${text}.` }
  return { text: `${text}; without kubectl:`, command: commandText([...name.words, 'demo', 'fix']) }
}

function inAnotherTerminal({ onlyHere }: ProgramName): string {
  return onlyHere ? 'In another terminal, in this folder,' : 'In another terminal'
}
