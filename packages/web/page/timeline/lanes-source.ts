import type { LanesDocument } from '../documents.ts'
import { writePart } from '../route.ts'
import { type Rows, rowsOf } from './rows.ts'
import { createSource, type Source } from './source.ts'
import { inPlace } from '../navigation.ts'
import { spanOf } from './view.ts'

/** Of all lanes, or of some. */
export interface LanesSource extends Source {
  narrow(lanes: readonly string[] | null): void
}

/** The lanes for what is looked at, as fine as about two pixels of it. */
export function createLanesSource(onRows: (rows: Rows) => void): LanesSource {
  let nodes: string[] = []
  let only = ''
  const source = createSource<LanesDocument>({
    // In steps of two, so that a little zoom is no reason to ask again.
    detailOf: ({ view, width }) => 2 ** Math.floor(Math.log2(Math.max(1, (spanOf(view) / width) * 2))),
    ofRows: true,
    path: (range, resolution, { first, end }) =>
      inPlace(`/lanes?${range}&resolution=${resolution / 1000}&offset=${first}&limit=${end - first}${only}`),
    freshFor: ({ view }) => Math.max(1000, spanOf(view) / 500),
    onDocument(document) {
      if (document === null) return
      const rows = rowsOf(document, nodes)
      nodes = rows.nodes
      onRows(rows)
    },
  })
  return {
    ...source,
    narrow(lanes) {
      const next = lanes === null ? '' : `&targets=${lanes.map(writePart).join(',')}`
      if (next === only) return
      only = next
      source.renew()
    },
  }
}
