import { Counter, Gauge, Histogram, type OpenMetricsContentType, Registry } from 'prom-client'
import { fits, prefersOpenMetrics, withFloatBounds, withoutTotal } from './open-metrics.ts'

export type Labels<L extends string> = Record<L, string>

/** Series are named by the values of their labels; removing takes every series that carries all values given. */
interface Family<L extends string> {
  remove(where: Partial<Labels<L>>): void
}

export interface CounterFamily<L extends string> extends Family<L> {
  /** By 0 creates the series. */
  add(labels: Labels<L>, by?: number): void
}

export interface GaugeFamily<L extends string> extends Family<L> {
  set(labels: Labels<L>, value: number): void
}

export interface HistogramFamily<L extends string> extends Family<L> {
  /** @param exemplar leads from the number to what it was; told in OpenMetrics alone, and left out where too long for it */
  observe(labels: Labels<L>, value: number, exemplar?: Record<string, string>): void
}

/** The metrics of one program. Names and labels are in docs/metrics.md. */
export interface Metrics {
  counter<L extends string>(name: string, help: string, labels: readonly L[]): CounterFamily<L>
  gauge<L extends string>(name: string, help: string, labels: readonly L[]): GaugeFamily<L>
  histogram<L extends string>(
    name: string,
    help: string,
    labels: readonly L[],
    buckets: readonly number[],
  ): HistogramFamily<L>
  /** Removes the series with these values from every family that has all of these labels. */
  remove(where: Record<string, string>): void
  /** In OpenMetrics where the Accept header prefers that, else in the text format of Prometheus. */
  render(accept?: string): Promise<{ contentType: string; body: string }>
}

/** A registry of its own: two programs in one process, or two tests, do not share series. */
export function createMetrics(): Metrics {
  const text = new Registry()
  const openMetrics = new Registry<OpenMetricsContentType>()
  openMetrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  const families: { labels: readonly string[]; remove(where: Record<string, string>): void }[] = []

  /** Remembers which series there are, since prom-client removes one only by all of its labels. */
  function track<L extends string>(labels: readonly L[], metric: { remove(labels: Labels<L>): void }) {
    const known = new Map<string, Labels<L>>()
    const family = {
      seen: (values: Labels<L>): void => {
        const key = labels.map((label) => values[label]).join('\0')
        if (!known.has(key)) known.set(key, { ...values })
      },
      remove: (where: Partial<Labels<L>>): void => {
        const wanted = Object.entries(where) as [L, string][]
        for (const [key, values] of known) {
          if (!wanted.every(([label, value]) => values[label] === value)) continue
          known.delete(key)
          metric.remove(values)
        }
      },
    }
    families.push({ labels, remove: family.remove as (where: Record<string, string>) => void })
    return family
  }

  return {
    counter(name, help, labels) {
      const metric = new Counter({ name, help, labelNames: [...labels], registers: [text] })
      openMetrics.registerMetric(withoutTotal(metric, name))
      const { seen, remove } = track(labels, metric)
      return {
        remove,
        add(values, by = 1) {
          seen(values)
          metric.inc(values, by)
        },
      }
    },
    gauge(name, help, labels) {
      const metric = new Gauge({ name, help, labelNames: [...labels], registers: [text, openMetrics] })
      const { seen, remove } = track(labels, metric)
      return {
        remove,
        set(values, value) {
          seen(values)
          metric.set(values, value)
        },
      }
    },
    histogram(name, help, labels, buckets) {
      const metric = new Histogram({
        name,
        help,
        labelNames: [...labels],
        buckets: [...buckets],
        registers: [openMetrics],
        enableExemplars: true,
      })
      text.registerMetric(metric)
      const { seen, remove } = track(labels, metric)
      return {
        remove,
        observe(values, value, exemplar = {}) {
          seen(values)
          // The types of prom-client want the family's own labels here; what it takes is any.
          const exemplarLabels = (fits(exemplar) ? exemplar : {}) as Partial<Labels<(typeof labels)[number]>>
          metric.observe({ labels: values, value, exemplarLabels })
        },
      }
    },
    remove(where) {
      const names = Object.keys(where)
      for (const family of families) {
        if (names.every((name) => family.labels.includes(name))) family.remove(where)
      }
    },
    async render(accept = '') {
      if (!prefersOpenMetrics(accept)) return { contentType: text.contentType, body: await text.metrics() }
      return { contentType: openMetrics.contentType, body: withFloatBounds(await openMetrics.metrics()) }
    },
  }
}
