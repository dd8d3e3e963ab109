import { createLogger, systemClock } from '@portolan/runtime'
import { createCollector } from '../src/index.ts'
import { createStory } from './story.ts'

/** Takes facts into the store given as argument until it is killed; each line names the last one that is safe. */
const collector = createCollector({
  store: process.argv[2] ?? '',
  listen: null,
  clock: systemClock,
  log: createLogger({ level: 'error', to: 'stderr' }),
  onAssign() {},
  onBurst() {},
  onChange() {},
})
await collector.start()
const story = createStory('dev', () => Date.now())
for (const fact of [...story.found(), story.probed('ok'), ...story.moved()]) collector.take(fact)
for (;;) {
  const fact = story.probed('silent')
  collector.take(fact)
  await collector.flush()
  const [incident] = collector.incidents()
  process.stdout.write(`${JSON.stringify({ sequence: fact.sequence, incident: incident?.id ?? null })}\n`)
}
