#!/usr/bin/env node
import { fileURLToPath } from 'node:url'
import { answerAlone } from './help.ts'
import { keepCompiled } from './keep-compiled.ts'
import { isNewEnough, runWithNewerNode } from './newer-node.ts'

const words = process.argv.slice(2)
const answer = answerAlone(words)
if (answer !== null) {
  process.stdout.on('error', () => {}) // a reader that has left is no fault
  process.stdout.write(answer)
} else if (isNewEnough(process.versions.node)) {
  keepCompiled(process.env)
  const isOfFiles = words[0] === 'check' && !words.includes('--live')
  const { run } = isOfFiles ? await import('./run-check.ts') : await import('./run.ts')
  await run(words)
} else {
  await runWithNewerNode(fileURLToPath(import.meta.url), words)
}
