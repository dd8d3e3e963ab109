import { parseArgs } from 'node:util'
import { reduce } from '@portolan/core'
import { commandOf, keepBreach, LONGEST_RUN, runsOf, simulateFor } from './simulate-for.ts'

const HELP = `Usage: simulate [--seed NUMBER] [--minutes NUMBER] [--out FOLDER]

Simulates clusters and Portolan, and holds it to its promises. Where one is broken, says which, and by which command the
same happens again, and writes a recording of as few facts as possible for portolan replay.

  --seed NUMBER     where to begin; each hour has the next one (default 1)
  --minutes NUMBER  for how long, of the simulated time (default 1000)
  --out FOLDER      where recordings go (default .)
`

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '1000' },
    out: { type: 'string', default: '.' },
    help: { type: 'boolean', default: false },
  },
})
const [seed, minutes] = [Number(values.seed), Number(values.minutes)]
if (values.help || !Number.isSafeInteger(seed) || !(minutes > 0)) {
  process.stdout.write(HELP)
  process.exit(values.help ? 0 : 2)
}
let simulated = 0
const broken = await simulateFor(runsOf(seed, minutes), reduce, async (run, result) => {
  const { breach } = result
  simulated += run.minutes
  if (breach === null) {
    if (simulated % (100 * LONGEST_RUN) === 0) console.log(`${simulated} minutes`)
    return
  }
  console.log(`seed ${run.seed}: ${breach.invariant} after ${(breach.at / 60_000).toFixed(1)} minutes: ${breach.text}`)
  console.log(`  again: ${commandOf(run)}`)
  const { file, deeds, facts } = await keepBreach(run, result, reduce, values.out)
  console.log(`  ${deeds} deeds suffice${file === null ? '' : `; ${file} holds ${facts} facts`}`)
})
console.log(`${simulated} minutes simulated, ${broken} runs of ${Math.ceil(minutes / LONGEST_RUN)} broke a promise`)
process.exitCode = broken === 0 ? 0 : 1
