import { type Metric, type OpenMetricsContentType, type PrometheusContentType, Registry } from 'prom-client'
import { createTurns } from './turns.ts'

/** What prom-client prints of a family. */
interface Printed {
  name: string
  values: readonly object[]
}
/** A histogram has a quicker way than `get`, which prints its labels in the same order as the registry does. */
type Printable = { get(): Promise<Printed>; getForPromString?(): Promise<Printed> }

/** So many series are printed at a time: some milliseconds. */
const SLICE = 200

/**
 * All that a registry holds, printed as the registry does, but slice by slice: in between everything else that waits for
 * the event loop has its turn. Each family is one moment's, the families are not.
 *
 * @param polish of each slice
 * @param holdMs for so long the event loop is held at a time, and for a slice more
 */
export async function printInSlices(
  registry: Registry<PrometheusContentType> | Registry<OpenMetricsContentType>,
  polish: (text: string) => string = (text) => text,
  holdMs?: number,
): Promise<string> {
  const { contentType } = registry
  const end = contentType === Registry.OPENMETRICS_CONTENT_TYPE ? '# EOF\n' : ''
  const families: string[] = []
  const turn = createTurns(holdMs)
  for (const metric of registry.getMetricsAsArray() as unknown as Printable[]) {
    const printed = await (metric.getForPromString?.() ?? metric.get())
    const slices: string[] = []
    for (let from = 0; from === 0 || from < printed.values.length; from += SLICE) {
      await turn()
      const text = await printAlone({ ...printed, values: printed.values.slice(from, from + SLICE) }, contentType)
      slices.push(polish(text.slice(from === 0 ? 0 : headLength(text), text.length - end.length)))
    }
    families.push(slices.join(''))
  }
  return `${families.join(end === '' ? '\n' : '')}${end}`
}

async function printAlone(printed: Printed, contentType: Registry['contentType'] | OpenMetricsContentType) {
  const alone = new Registry()
  alone.setContentType(contentType as PrometheusContentType)
  const metric: Printable & { name: string } = { name: printed.name, get: async () => printed }
  alone.registerMetric(metric as unknown as Metric)
  return alone.metrics()
}

/** HELP and TYPE. */
function headLength(text: string): number {
  return text.indexOf('\n', text.indexOf('\n') + 1) + 1
}
