import { parse } from 'yaml'
import { read } from './tree.ts'

/** Everything that a program exports, by docs/metrics.md, which is held to the code by the collector's tests. */
function exportedMetrics(): Set<string> {
  const rows = read('docs/metrics.md').matchAll(/^\| `(?<name>portolan_\w+)` \| (?<type>\w+) \|/gm)
  return new Set(
    [...rows].flatMap(({ groups = {} }) => {
      const { name = '', type } = groups
      return type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name]
    }),
  )
}

/** The names of metrics and records in a query. */
export function namesIn(query: string): string[] {
  return [...new Set(query.match(/\b(?:[a-z_]+:)?portolan_\w+(?::\w+)?/g) ?? [])]
}

/** What a dashboard may read. */
export function recordsAndMetrics(): Set<string> {
  const { groups } = parse(read('deploy/rules/portolan.rules.yaml')) as { groups: { rules: { record?: string }[] }[] }
  return exportedMetrics().union(new Set(groups.flatMap(({ rules }) => rules.flatMap(({ record }) => record ?? []))))
}
