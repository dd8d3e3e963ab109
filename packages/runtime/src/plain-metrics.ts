import type { Metrics } from './metrics.ts'

interface Series {
  labels: Record<string, string>
  value: number
  /** Of a histogram: how many were at most each bound. */
  within?: number[]
  count?: number
}

/**
 * A registry that loads nothing, for a program that has to be small and has few series: text format alone, no budget.
 *
 * Source: Prometheus, "Exposition formats", text format 0.0.4.
 */
export function createPlainMetrics(): Metrics {
  const families: { name: string; remove(where: Record<string, string>): void; lines(): string[] }[] = []

  function family(type: string, name: string, help: string, lines: (series: Series) => string[]) {
    const known = new Map<string, Series>()
    let stale = new Set<string>()
    const remove = (where: Record<string, string | undefined>) => {
      for (const [key, { labels }] of known) {
        if (Object.entries(where).every(([label, value]) => labels[label] === value)) known.delete(key)
      }
    }
    families.push({
      name,
      remove,
      lines: () => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...[...known.values()].flatMap(lines)],
    })
    return {
      remove,
      mark() {
        stale = new Set(known.keys())
      },
      sweep() {
        for (const key of stale) known.delete(key)
        stale.clear()
      },
      series(labels: Record<string, string>): Series {
        const key = labelText(labels)
        stale.delete(key)
        const series = known.get(key) ?? { labels: { ...labels }, value: 0 }
        known.set(key, series)
        return series
      },
    }
  }

  return {
    counter(name, help, _labels) {
      const { remove, series } = family('counter', name, help, (one) => [line(name, one.labels, one.value)])
      return {
        remove,
        add(labels, by = 1) {
          series(labels).value += by
        },
      }
    },
    gauge(name, help, _labels) {
      const { remove, mark, sweep, series } = family('gauge', name, help, (one) => [line(name, one.labels, one.value)])
      return {
        remove,
        mark,
        sweep,
        set(labels, value) {
          series(labels).value = value
        },
      }
    },
    histogram(name, help, _labels, buckets) {
      const { remove, series } = family('histogram', name, help, ({ labels, value, within = [], count = 0 }) => [
        ...buckets.map((bound, index) => line(`${name}_bucket`, { ...labels, le: String(bound) }, within[index] ?? 0)),
        line(`${name}_bucket`, { ...labels, le: '+Inf' }, count),
        line(`${name}_sum`, labels, value),
        line(`${name}_count`, labels, count),
      ])
      return {
        remove,
        observe(labels, value) {
          const one = series(labels)
          one.within ??= buckets.map(() => 0)
          one.count = (one.count ?? 0) + 1
          one.value += value
          for (const [index, bound] of buckets.entries()) if (value <= bound) one.within[index]! += 1
        },
      }
    },
    remove(where) {
      for (const one of families) one.remove(where)
    },
    dropped: () => 0,
    render: async () => ({
      contentType: 'text/plain; version=0.0.4; charset=utf-8',
      body: families.flatMap(({ lines }) => [...lines(), '']).join('\n'),
    }),
  }
}

function line(name: string, labels: Record<string, string>, value: number): string {
  const text = labelText(labels)
  return `${name}${text === '' ? '' : `{${text}}`} ${value}`
}

function labelText(labels: Record<string, string>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`)
    .join(',')
}
