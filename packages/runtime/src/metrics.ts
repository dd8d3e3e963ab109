import { Counter, Gauge, Histogram, type OpenMetricsContentType, Registry } from 'prom-client'
import { fits, prefersOpenMetrics, withFloatBounds, withoutTotal } from './open-metrics.ts'
import { createSeries, type Labels } from './series.ts'
import { printInSlices } from './slices.ts'

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
  /** With `sweep` afterwards: only the series that were set in between stay. */
  mark(): void
  sweep(): void
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
  /** How many series there are not, for want of room. */
  dropped(): number
  /** In OpenMetrics where the Accept header prefers that, else in the text format of Prometheus. */
  render(accept?: string): Promise<{ contentType: string; body: string }>
}

/**
 * A registry of its own: two programs in one process, or two tests, do not share series.
 *
 * @param maxSeries beyond as many, those of single targets are summed up as target `other`, and those of pairs of nodes
 *   by the node that is looked at: histograms first, then counters; gauges, of which a sum says nothing, are left out last
 */
export function createMetrics(maxSeries = Infinity): Metrics {
  const text = new Registry()
  const openMetrics = new Registry<OpenMetricsContentType>()
  openMetrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  const series = createSeries(maxSeries)

  return {
    counter(name, help, labels) {
      const metric = new Counter({ name, help, labelNames: [...labels], registers: [text] })
      openMetrics.registerMetric(withoutTotal(metric, name))
      const { admit, has, remove } = series.family('counter', labels, 1, (values) => metric.remove(values))
      return {
        remove,
        add(values, by = 1) {
          if (by === 0 && has(values)) return
          const admitted = admit(values)
          if (admitted !== null) metric.inc(admitted, by)
        },
      }
    },
    gauge(name, help, labels) {
      const metric = new Gauge({ name, help, labelNames: [...labels], registers: [text, openMetrics] })
      const { admit, remove, mark, sweep } = series.family('gauge', labels, 1, (values) => metric.remove(values))
      return {
        remove,
        mark,
        sweep,
        set(values, value) {
          const admitted = admit(values)
          if (admitted !== null) metric.set(admitted, value)
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
      // One a bucket, +Inf, sum and count.
      const size = buckets.length + 3
      const { admit, remove } = series.family('histogram', labels, size, (values) => metric.remove(values))
      return {
        remove,
        observe(values, value, exemplar = {}) {
          const admitted = admit(values)
          // The types of prom-client want the family's own labels here; what it takes is any.
          const exemplarLabels = (fits(exemplar) ? exemplar : {}) as Partial<Labels<(typeof labels)[number]>>
          if (admitted !== null) metric.observe({ labels: admitted, value, exemplarLabels })
        },
      }
    },
    remove: series.remove,
    dropped: series.dropped,
    async render(accept = '') {
      if (!prefersOpenMetrics(accept)) return { contentType: text.contentType, body: await printInSlices(text) }
      return { contentType: openMetrics.contentType, body: await printInSlices(openMetrics, withFloatBounds) }
    },
  }
}
