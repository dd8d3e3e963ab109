import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { Fact, Incident } from '@portolan/core'
import { encodeIncidents } from '@portolan/wire'
import { createAnonymiser } from '../../packages/cli/src/recording/anonymise.ts'
import { readRecording } from '../../packages/cli/src/recording/read.ts'
import type { Recording } from '../../packages/cli/src/recording/recording.ts'
import { replay } from '../../packages/cli/src/recording/replay.ts'

/**
 * What was recorded is decided about as somebody found right once. To add one: put NAME.ndjson.gz here, look at what
 * `portolan replay NAME.ndjson.gz --json` says, and where it is right keep it as NAME.json.
 */
const FOLDER = import.meta.dirname
const NAMES = readdirSync(FOLDER).flatMap((file) => /^(.+)\.ndjson\.gz$/.exec(file)?.[1] ?? [])

const open = (name: string) =>
  readRecording(join(FOLDER, `${name}.ndjson.gz`), (text) => {
    throw new Error(text)
  })

function anonymised({ header, facts }: Recording): Recording {
  const anonymiser = createAnonymiser()
  async function* renamed(): AsyncGenerator<Fact[]> {
    for await (const batch of facts) yield batch.map(anonymiser.fact)
  }
  return { header: { ...header, settings: anonymiser.settings(header.settings) }, facts: renamed() }
}

/** What of an incident names nothing. */
const DECIDED = [
  'target',
  'cause',
  'confidence',
  'candidates',
  'openedAt',
  'closedAt',
  'darkSince',
  'darkUntil',
] as const

const withoutNames = (incident: Incident) => Object.fromEntries(DECIDED.map((key) => [key, incident[key]]))

describe.each(NAMES)('the recording %s', (name) => {
  test('is decided about as it was', async () => {
    const { incidents, until } = await replay(await open(name), () => {})
    const file = join(FOLDER, `${name}.json`)
    if (!existsSync(file)) throw new Error(`${file} is missing: what \`portolan replay --json\` has to say`)
    expect(encodeIncidents(incidents, until)).toEqual(JSON.parse(readFileSync(file, 'utf8')))
  })

  test('is decided about in the same way under other names', async () => {
    const { incidents } = await replay(await open(name), () => {})
    const renamed = await replay(anonymised(await open(name)), () => {})
    expect(renamed.incidents.map(withoutNames)).toEqual(incidents.map(withoutNames))
  })
})
