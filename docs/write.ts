import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderCatalogue } from '../packages/core/src/causes/catalogue.ts'

/** Writes what the documentation takes from the code. A test says when it is out of date. */
writeFileSync(join(import.meta.dirname, 'causes.md'), renderCatalogue())
