import { describe, expect, test } from '@jest/globals'
import { dashboards, textOf } from '../../grafana/dashboards.ts'
import { namesIn, recordsAndMetrics } from './metric-names.ts'
import { files, read } from './tree.ts'

interface Panel {
  id: number
  title: string
  description: string
  datasource: { uid: string }
  gridPos: { x: number; y: number; w: number; h: number }
  targets: { expr: string; refId: string; datasource: { uid: string } }[]
}

interface Written {
  uid: string
  title: string
  schemaVersion: number
  panels: Panel[]
  templating: { list: { name: string }[] }
  annotations: { list?: { expr?: string }[] }
}

const all = [...dashboards()].map(([name, board]) => ({ name, board: JSON.parse(textOf(board)) as Written }))

test('the JSON is what the builders write (node grafana/write.ts)', () => {
  const written = files().filter((path) => path.startsWith('grafana/dashboards/'))
  const built = [...dashboards()].map(([name, board]) => [`grafana/dashboards/${name}.json`, textOf(board)])
  expect(Object.fromEntries(written.map((path) => [path, read(path)]))).toEqual(Object.fromEntries(built))
})

test('addresses and titles are unique', () => {
  expect(new Set(all.map(({ board }) => board.uid)).size).toBe(all.length)
  expect(new Set(all.map(({ board }) => board.title)).size).toBe(all.length)
})

describe.each(all)('$name', ({ board }) => {
  const { panels, templating, annotations } = board
  const expressions = [
    ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ...(annotations.list ?? []).flatMap(({ expr }) => expr ?? []),
  ]

  test('is of the schema of Grafana 12', () => expect(board.schemaVersion).toBe(42))

  test('numbers and names its panels once, and its queries once in a panel', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length)
    for (const { targets } of panels) expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length)
  })

  test('every panel says what it shows, asks the data source that is chosen, and has room', () => {
    for (const { description, datasource, targets, gridPos } of panels) {
      expect(description).toMatch(/^[A-Z].*\.$/)
      expect([datasource, ...targets.map((one) => one.datasource)].map(({ uid }) => uid)).toEqual(
        [null, ...targets].map(() => '${datasource}'),
      )
      expect(gridPos.w).toBeGreaterThan(0)
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24)
    }
  })

  test('no panel lies on another', () => {
    const overlap = (a: Panel['gridPos'], b: Panel['gridPos']) =>
      a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
    const pairs = panels.flatMap((one, index) => panels.slice(index + 1).map((other) => [one, other] as const))
    expect(
      pairs.filter(([one, other]) => overlap(one.gridPos, other.gridPos)).map((pair) => pair.map((p) => p.title)),
    ).toEqual([])
  })

  test('every variable is used, and none is missing', () => {
    const text = JSON.stringify({ panels, annotations, templating })
    const used = new Set([...text.matchAll(/\$\{?([a-z]+)\b/g)].map(([, name]) => name))
    expect(used).toEqual(new Set(templating.list.map(({ name }) => name)))
  })

  test('reads only metrics and records that exist', () => {
    const known = recordsAndMetrics()
    expect(expressions.flatMap(namesIn).filter((name) => !known.has(name))).toEqual([])
  })
})
