import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'

/** Runs every `*.bench.ts` of this folder, or those whose names are given, one after the other, each in a process. */
const wanted = process.argv.slice(2)
const names = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.bench.ts'))
  .filter((name) => wanted.length === 0 || wanted.some((one) => name.startsWith(one)))

if (names.length === 0) {
  console.error(`no such benchmark: ${wanted.join(', ')}`)
  process.exitCode = 2
}

for (const name of names) {
  console.log(`\n${name}`)
  const child = spawn(process.execPath, [name], { cwd: import.meta.dirname, stdio: 'inherit' })
  const [code] = await once(child, 'exit')
  if (code !== 0) process.exitCode = 1
}
