import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { jsonSchemaFiles } from '../src/json-schemas.ts'

const folder = join(import.meta.dirname, '../../../docs/schema')

test('docs/schema holds exactly the generated files (node packages/wire/src/write-json-schemas.ts)', () => {
  const written = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
  const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name)
  expect(written.sort(byName)).toEqual(jsonSchemaFiles().sort(byName))
})
