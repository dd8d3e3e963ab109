import { readFileSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from '@jest/globals'
import { temporaryFolder } from '@portolan/testing'
import type { DamagedRow } from '../../../src/store/damage.ts'
import { openStore, openStoreReader } from '../../../src/store/open.ts'
import type { Store, StoreReader } from '../../../src/store/store.ts'
import { epoch, fact, gap, incident, placementChange, stateChange, T0 } from '../examples.ts'

const file = temporaryFolder()
const RANGE = { from: T0 - 1000, to: T0 + 1000 }
const TARGET = [{ cluster: 'dev', target: 'host:30080' }]

/** Two of everything: the first of each is damaged by the test, the second is good. */
async function fill(): Promise<void> {
  const store = await openStore(file('s.db'))
  const note = { id: 'n1', cluster: 'dev', targets: [], from: T0, to: T0 + 10, text: 'a drain' }
  await store.write({
    facts: [fact(1), fact(2)],
    changes: [stateChange(T0), gap(T0), placementChange(T0, ['host:30080']), stateChange(T0 + 1), gap(T0 + 1)],
    incidents: [incident('i1'), incident('i2')],
    epochs: [epoch('e1'), epoch('e2')],
    notes: [note, { ...note, id: 'n2' }],
    views: ['dev', 'prod'].map((cluster) => ({ cluster, lastAt: T0, explanations: [], portless: [], settings: {} })),
    streams: ['agent/a', 'agent/b'].map((source) => ({ cluster: 'dev', source, boot: 'b', sequence: 1, at: T0 })),
  })
  store.close()
}

function damage(sql: string): void {
  const database = new DatabaseSync(file('s.db'))
  database.exec(sql)
  database.close()
}

/** Everything that readers ask, and how much each finds. */
async function askAll(store: StoreReader) {
  const [history] = await store.histories({ targets: TARGET, ...RANGE })
  return {
    facts: (await store.facts({ limit: 10 })).length,
    timeline: (await store.timeline({ limit: 10 })).length,
    ofTarget: (await store.timeline({ targets: ['host:30080'], limit: 10 })).length,
    incidents: (await store.incidents({ limit: 10 })).length,
    epochs: (await store.epochs({ limit: 10 })).length,
    notes: (await store.notes({ cluster: 'dev', limit: 10 })).length,
    views: (await store.views()).length,
    streams: (await store.streams()).length,
    drawn: [history?.states, history?.gaps, history?.moves, history?.incidents, history?.epochs].map(
      (one) => one?.length,
    ),
  }
}

const WHOLE = {
  facts: 2,
  timeline: 5,
  ofTarget: 5,
  incidents: 2,
  epochs: 2,
  notes: 2,
  views: 2,
  streams: 2,
  drawn: [2, 2, 1, 2, 2],
}

const set = (table: string, id: string, key: string, value: string) =>
  `UPDATE ${table} SET body = json_set(body, '$.${key}', json('${value}')) WHERE id = ${id}`

describe('one damaged row stops no reader: it is left out and named, and the others are told', () => {
  test.each<[string, string, Partial<typeof WHOLE>, Partial<DamagedRow>]>([
    ['nothing', 'SELECT 1', {}, {}],
    ['a fact that is no JSON', `UPDATE facts SET body = '{' WHERE id = 1`, { facts: 1 }, { table: 'facts', id: '1' }],
    ['a fact of no time', set('facts', '1', 'at', '1e300'), { facts: 1 }, { table: 'facts', id: '1', why: 'at: ' }],
    ['a fact of an unknown kind', set('facts', '1', 'observed', '{"kind":"x"}'), { facts: 1 }, { table: 'facts' }],
    [
      'a state of no time',
      set('timeline', '1', 'at', '1e300'),
      { timeline: 4, ofTarget: 4 },
      { table: 'timeline', id: '1' },
    ],
    [
      'a state that nobody knows',
      set('timeline', '1', 'state', '"sad"'),
      { timeline: 4, ofTarget: 4, drawn: [1, 2, 1, 2, 2] },
      { table: 'timeline', id: '1' },
    ],
    [
      'a change of an unknown type',
      set('timeline', '1', 'type', '"horoscope"'),
      { timeline: 4, ofTarget: 4, drawn: [1, 2, 1, 2, 2] },
      { table: 'timeline', id: '1' },
    ],
    [
      'a change that is null',
      `UPDATE timeline SET body = 'null' WHERE id = 1`,
      { timeline: 4, ofTarget: 4, drawn: [1, 2, 1, 2, 2] },
      { table: 'timeline', id: '1' },
    ],
    [
      'a gap that begins at no time',
      set('timeline', '2', 'from', '-1e300'),
      { timeline: 4, ofTarget: 4, drawn: [2, 1, 1, 2, 2] },
      { table: 'timeline', id: '2' },
    ],
    [
      'a move from nowhere',
      `UPDATE moves SET drawn = '[null]'`,
      { drawn: [2, 2, 0, 2, 2] },
      { table: 'timeline', id: '3' },
    ],
    [
      'an incident that is dark since no time',
      set('incidents', "'i1'", 'darkSince', '1e300'),
      { incidents: 1, drawn: [2, 2, 1, 1, 2] },
      { table: 'incidents', id: 'i1' },
    ],
    [
      'an incident that is dark since a number beyond those of JavaScript',
      set('incidents', "'i1'", 'darkSince', '1000000000000000000'),
      { incidents: 1, drawn: [2, 2, 1, 1, 2] },
      { table: 'incidents', id: 'i1' },
    ],
    [
      'an incident without evidence',
      set('incidents', "'i1'", 'evidence', 'null'),
      { incidents: 1 },
      { table: 'incidents', id: 'i1' },
    ],
    [
      'an incident of text in place of its symptoms',
      set('incidents', "'i1'", 'symptoms', '"sad"'),
      { incidents: 1, drawn: [2, 2, 1, 1, 2] },
      { table: 'incidents', id: 'i1' },
    ],
    [
      'an incident with a cause that nobody knows',
      set('incidents', "'i1'", 'cause', '"gremlins"'),
      { incidents: 1 },
      { table: 'incidents', id: 'i1' },
    ],
    [
      'an epoch on no node',
      set('epochs', "'e1'", 'mappedNode', 'null'),
      { epochs: 1, drawn: [2, 2, 1, 2, 1] },
      { table: 'epochs', id: 'e1' },
    ],
    [
      'an epoch that ended at a number beyond those of JavaScript',
      `UPDATE epochs SET ended_at = 9000000000000000000 WHERE id = 'e1'`,
      { drawn: [2, 2, 1, 2, 1] },
      { table: 'epochs', id: 'e1' },
    ],
    [
      'a note that is no JSON',
      `UPDATE notes SET body = '{' WHERE id = 'n1'`,
      { notes: 1 },
      { table: 'notes', id: 'n1' },
    ],
    ['a note of no time', set('notes', "'n1'", 'to', '1e300'), { notes: 1 }, { table: 'notes', id: 'n1' }],
    ['a view that is no JSON', `UPDATE clusters SET body = 'x' WHERE cluster = 'dev'`, { views: 1 }, { id: 'dev' }],
    [
      'a port in a view that is null',
      `UPDATE clusters SET body = '[null]' WHERE cluster = 'dev'`,
      {},
      { table: 'clusters' },
    ],
    [
      'a cluster that was looked at in the far future',
      `UPDATE clusters SET last_at = 9000000000000000000 WHERE cluster = 'dev'`,
      { views: 1 },
      { table: 'clusters', id: 'dev' },
    ],
    [
      'a stream of no time',
      `UPDATE streams SET at = 9000000000000000000 WHERE source = 'agent/a'`,
      { streams: 1 },
      { table: 'streams', id: 'agent/a b' },
    ],
  ])('%s', async (_, sql, fewer, named) => {
    await fill()
    damage(sql)
    const damaged: DamagedRow[] = []
    const reader = openStoreReader(file('s.db'), (row) => damaged.push(row))
    expect(await askAll(reader)).toEqual({ ...WHOLE, ...fewer })
    reader.close()
    const expected = { ...named, ...(named.why !== undefined && { why: expect.stringContaining(named.why) }) }
    if (Object.keys(named).length === 0) expect(damaged).toEqual([])
    else expect(damaged).toContainEqual(expect.objectContaining(expected))
  })
})

test('a writer that is damaged is nobody', async () => {
  const store = await openStore(file('s.db'))
  await store.introduce({ pid: 1, startedAt: T0, url: null })
  store.close()
  damage(`UPDATE writer SET body = '{}'`)
  const reader = openStoreReader(file('s.db'))
  expect(await reader.writer()).toBeNull()
  reader.close()
})

describe('who reads page by page gets to the end, past damaged rows', () => {
  async function ids(store: Store, limit: number): Promise<number[]> {
    const found: number[] = []
    for (let after = 0, full = true; full; ) {
      const page = await store.timeline({ after, limit })
      found.push(...page.map(({ id }) => id))
      full = page.length === limit
      after = page.at(-1)?.id ?? after
    }
    return found
  }

  test.each([1, 2, 3, 10])('%d at a time', async (limit) => {
    await fill()
    damage(`UPDATE timeline SET body = 'null' WHERE id IN (1, 2, 4)`)
    const store = await openStore(file('s.db'))
    expect(await ids(store, limit)).toEqual([3, 5])
    store.close()
  })
})

describe('bodies that the disk has changed into no JSON', () => {
  /** Every body that begins so, behind the back of SQLite and its indices. */
  function spoil(beginning: string): void {
    const bytes = readFileSync(file('s.db')).toString('latin1')
    expect(bytes).toContain(beginning)
    writeFileSync(file('s.db'), bytes.replace(beginning, `X${beginning.slice(1)}`), 'latin1')
  }

  test.each<[string, string, Partial<typeof WHOLE>]>([
    ['a state', '{"type":"target.state"', { timeline: 4, ofTarget: 4 }],
    ['a gap', '{"type":"gap"', { timeline: 4, ofTarget: 4, drawn: [2, 1, 1, 2, 2] }],
    ['a move', '{"type":"placement.changed"', { timeline: 4, ofTarget: 4 }],
    ['an incident', '{"id":"i1"', { incidents: 1 }],
    ['an epoch', '{"id":"e1"', { epochs: 1 }],
  ])('%s: readers go on, and it keeps nothing out of the store and nothing in it', async (_, beginning, fewer) => {
    await fill()
    spoil(beginning)
    const reader = openStoreReader(file('s.db'))
    expect(await askAll(reader)).toEqual({ ...WHOLE, ...fewer })
    reader.close()
    const damaged: DamagedRow[] = []
    const store = await openStore(file('s.db'), undefined, (row) => damaged.push(row))
    const closed = ['i1', 'i2'].map((id) => incident(id, { closedAt: T0 }))
    await store.write({ incidents: closed, epochs: ['e1', 'e2'].map((id) => epoch(id, { endedAt: T0 })) })
    expect(await store.incidents({ state: 'closed', limit: 10 })).toHaveLength(2)
    await store.prune(T0 + 40 * 24 * 3_600_000)
    expect(await store.timeline({ limit: 10 })).toEqual([])
    expect(damaged).toEqual([expect.objectContaining({ why: 'not what it should be: its body is not JSON' })])
    store.close()
  })

  test('a store of an older version is brought to this one in spite of them', async () => {
    await fill()
    damage(`DROP INDEX drawn_events; DROP INDEX drawn_states; DROP INDEX drawn_gaps; DROP TRIGGER moves_made;
      DROP TRIGGER moves_gone; DROP TABLE moves; DROP TABLE pages; DROP INDEX drawn_outages; DROP INDEX drawn_epochs;
      UPDATE timeline SET body = '{' WHERE id = 1; UPDATE incidents SET body = '{' WHERE id = 'i1';
      CREATE INDEX states_by_target ON timeline (cluster); CREATE INDEX drawn_by_time ON timeline (at);
      ALTER TABLE clusters DROP COLUMN portless; PRAGMA user_version = 6`)
    const reader = openStoreReader(file('s.db'))
    expect(await reader.timeline({ limit: 10 })).toHaveLength(4)
    reader.close()
    const store = await openStore(file('s.db'))
    expect(await askAll(store)).toEqual({ ...WHOLE, timeline: 4, ofTarget: 4, incidents: 1, drawn: [1, 2, 1, 1, 2] })
    store.close()
  })
})
