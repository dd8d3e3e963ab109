import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** A part of a benchmark in a process of its own, which answers one question after the other. */
export interface Child {
  ask<Answer>(question: object): Promise<Answer>
  stop(): Promise<void>
}

/** @returns the child, and the first thing that it says of itself */
export async function startChild<First>(
  file: string,
  args: string[],
  execArgv: string[] = [],
): Promise<{ child: Child; first: First }> {
  const process = fork(join(import.meta.dirname, file), args, { execArgv })
  const first = await answerOf<First>(process)
  return {
    first,
    child: {
      async ask<Answer>(question: object) {
        process.send(question)
        return answerOf<Answer>(process)
      },
      async stop() {
        const ended = once(process, 'exit')
        process.disconnect()
        await ended
      },
    },
  }
}

async function answerOf<Answer>(process: ChildProcess): Promise<Answer> {
  const over = new AbortController()
  const died = once(process, 'exit', over).then(([code]) => {
    throw new Error(`a part of the benchmark ended with ${code}`)
  })
  died.catch(() => {})
  try {
    const [answer] = (await Promise.race([once(process, 'message', over), died])) as [Answer]
    return answer
  } finally {
    over.abort()
  }
}
