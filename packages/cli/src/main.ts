#!/usr/bin/env node
import { answerAlone } from './help.ts'
import { keepCompiled } from './keep-compiled.ts'

const words = process.argv.slice(2)
const answer = answerAlone(words)
if (answer === null) {
  keepCompiled(process.env)
  const { run } = await import('./run.ts')
  await run(words)
} else {
  process.stdout.on('error', () => {}) // a reader that has left is no fault
  process.stdout.write(answer)
}
