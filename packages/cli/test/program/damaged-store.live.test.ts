import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openStore } from '@portolan/collector'
import { incident, target } from '../views.ts'
import { portolan } from './portolan.ts'

const folder = mkdtempSync(join(tmpdir(), 'portolan-damaged-'))
const now = Date.now()

beforeAll(async () => {
  const store = await openStore(join(folder, 'portolan.db'))
  const at = now - 60_000
  const times = { changedAt: null, openedAt: at, darkSince: at, darkUntil: at + 1000, closedAt: at + 1000 }
  const explanation = { hops: [], incident: null, ruledOut: [], epochs: [], foreseen: null, routes: [] }
  const gap = { type: 'gap', at, cluster: 'sea', from: at, to: at } as const
  await store.write({
    changes: [
      { ...gap, reason: 'the damaged gap' },
      { ...gap, reason: 'the good gap' },
    ],
    epochs: [
      {
        id: 'e',
        cluster: 'sea',
        target: 'host:30443',
        startedAt: at,
        endedAt: null,
        mappedNode: 'sea-worker',
        podNodes: ['sea-worker'],
        expectedUp: true,
        answered: 1,
        failed: 0,
      },
    ],
    incidents: [incident({ id: 'damaged', ...times }), incident({ id: 'good', ...times })],
    views: [
      {
        cluster: 'sea',
        lastAt: now,
        explanations: [30080, 30443].map((port) => ({ target: target(port), ...explanation })),
        portless: [],
        settings: {},
      },
    ],
  })
  store.close()
  const database = new DatabaseSync(join(folder, 'portolan.db'))
  database.exec(`UPDATE timeline SET body = json_set(body, '$.from', 1e300) WHERE id = 1`)
  database.exec(`UPDATE incidents SET body = json_set(body, '$.evidence', null) WHERE id = 'damaged'`)
  database.exec(`UPDATE clusters SET body = json_set(body, '$[0].target.since', 1e300)`)
  database.close()
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each<[string, string[], RegExp, RegExp]>([
  ['the timeline', ['timeline', '30443'], /30443/, /timeline 1: /],
  ['the list of incidents', ['incidents'], /good/, /incidents damaged: not what it should be: /],
  ['the report', ['report'], /the good gap/, /incidents damaged: /],
  ['the explanation of another port', ['explain', '30443'], /30443/, /clusters sea, one of its ports: /],
])(
  '%s tells the rest of a damaged store, and names what it leaves out',
  async (_, words, told, left) => {
    const { out, err, code } = await portolan([...words, '--state', folder]).ended
    expect(out).toMatch(told)
    expect(out).not.toMatch(/damaged/)
    expect(err).toMatch(/^portolan: (One row|\d rows) of .* cannot be read and (is|are) left out:/)
    expect(err).toMatch(left)
    expect(code).toBe(0)
  },
  30_000,
)
