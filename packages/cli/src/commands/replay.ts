import { EXIT } from '@portolan/core'
import { encodeIncidents } from '@portolan/wire'
import type { Command } from 'commander'
import type { End } from '../program.ts'
import { readRecording } from '../recording/read.ts'
import { replay } from '../recording/replay.ts'
import { incidentTable } from './incidents.ts'

export function addReplay(program: Command, end: End): void {
  program
    .command('replay')
    .argument('<file>', 'a recording')
    .description('decide again about what was recorded, and list the incidents')
    .option('--json', 'one JSON document, as docs/schema/incidents.json')
    .action(async (file: string, flags: { json?: boolean }) => {
      const recording = await readRecording(file, (text) => process.stderr.write(`portolan: ${text}\n`))
      const { incidents, facts, clusters, until } = await replay(recording, () => {})
      if (flags.json === true) {
        process.stdout.write(`${JSON.stringify(encodeIncidents(incidents, until), null, 2)}\n`)
      } else {
        const names = clusters.map(({ name }) => name).join(', ')
        process.stdout.write(
          `${facts} facts of ${names || 'no cluster'}.\n${incidentTable(incidents, until).join('\n')}\n`,
        )
      }
      end(EXIT.fine)
    })
}
