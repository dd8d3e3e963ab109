import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { bySight, UNCHECKED } from '../../src/causes/unchecked.ts'

const CAUSES = join(import.meta.dirname, '../../src/causes')
const source = globSync('*.ts', { cwd: CAUSES })
  .map((name) => readFileSync(join(CAUSES, name), 'utf8'))
  .join('')

test.each(UNCHECKED)('core says "%s"', (sentence) => expect(source).toContain(`'${sentence}'`))

test('a connection table that was not read, or a balancer that could not be asked, is not ruled out', () => {
  const unread = [...source.matchAll(/['`](?<sentence>[^'`\n]+ (?:was|were|is|are) not (?:read|known))['`]/g)]
  expect(unread.map(({ groups }) => groups?.['sentence']).filter((one) => !UNCHECKED.includes(one ?? ''))).toEqual([])
})

test('what nobody could look at is not ruled out', () => {
  const unseen = { cause: 'host_side', because: 'no agent on another node probes the port of the mapped node' }
  const seen = { cause: 'app_slow', because: "at the pods' own node the symptom is ok" }
  expect(bySight([unseen, seen])).toEqual({ ruledOut: [seen], notChecked: [unseen] })
})
