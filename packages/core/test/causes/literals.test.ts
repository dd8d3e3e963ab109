import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { CAUSES } from '../../src/index.ts'

const SOURCE = join(import.meta.dirname, '../../src')
const FILES = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
const TEXTS = new Map(FILES.map((name) => [name, readFileSync(join(SOURCE, name), 'utf8')]))
/** The closed list, and the tables of what looks like what and of what is possible. */
const OF_ALL = ['model/cause.ts', 'causes/confusions.ts', 'causes/possible.ts']

test.each(CAUSES.filter((cause) => cause !== 'unproven'))(
  '%s is written in its own file, and else in the tables of candidates',
  (cause) => {
    const found = [...TEXTS].filter(([name, text]) => text.includes(`'${cause}'`) && !OF_ALL.includes(name))
    expect(found.map(([name]) => name)).toHaveLength(1)
  },
)
