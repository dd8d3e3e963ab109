import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { jsonSchemaFiles } from './json-schemas.ts'

const folder = join(import.meta.dirname, '../../../docs/schema')
mkdirSync(folder, { recursive: true })
for (const { name, text } of jsonSchemaFiles()) writeFileSync(join(folder, name), text)
