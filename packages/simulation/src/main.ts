import { parseArgs } from 'node:util'
import { reduce } from '@portolan/core'
import { simulate } from './simulate.ts'

const { values } = parseArgs({
  options: { seed: { type: 'string' }, minutes: { type: 'string' }, all: { type: 'boolean' } },
})
const minutes = Number(values.minutes ?? 60)
let left = minutes
for (let seed = Number(values.seed ?? 1); left > 0; seed += 1, left -= 60) {
  const result = await simulate({ seed, minutes: Math.min(60, left) }, reduce)
  if (result.breach) {
    console.log(JSON.stringify({ seed, ...result.breach }))
    if (!values.all) break
  }
}
