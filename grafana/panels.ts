import { PanelBuilder as BarGauge } from '@grafana/grafana-foundation-sdk/bargauge'
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import {
  BigValueColorMode,
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
  TableCellDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common'
import {
  DashboardLinkBuilder,
  MappingType,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard'
import type { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as StateTimeline } from '@grafana/grafana-foundation-sdk/statetimeline'
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table'
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries'
import { DATA_SOURCE } from './query.ts'

/** What every panel has. */
interface PanelOptions {
  title: string
  /** One sentence, shown at the panel's corner. */
  about: string
  /** In 24ths of the row. */
  width: number
  height: number
  queries: DataqueryBuilder[]
  /** As Grafana names it; none for a plain number. */
  unit?: string
}

const UP = { text: 'up', color: 'green', index: 0 }
const DARK = { text: 'dark', color: 'red', index: 1 }
export const UP_OR_DARK: ValueMapping[] = [{ type: MappingType.ValueToText, options: { '1': UP, '0': DARK } }]

/** Where a panel keeps the labels of what was clicked. */
type Labels = '__field.labels' | '__data.fields'

/** The port of a series, or of a table's row, on the dashboard about one port and on Portolan's own page. */
export function portLinks(labels: Labels): DashboardLinkBuilder[] {
  const [cluster, target] = [`\${${labels}.cluster}`, `\${${labels}.target}`]
  const board = `/d/portolan-port/portolan-port?\${datasource:queryparam}&var-cluster=${cluster}&var-port=${target}`
  const page = `\${page}/timeline?port=${target}&from=\${__from:date:iso}&to=\${__to:date:iso}`
  return [
    new DashboardLinkBuilder('The port').url(`${board}&\${__url_time_range}`),
    new DashboardLinkBuilder('Its incidents on the page').targetBlank(true).url(page),
  ]
}

/** @param limits from these values on in this colour; green below the first */
function thresholds(limits: [number, string][]): ThresholdsConfigBuilder {
  const steps = [{ value: null as unknown as number, color: 'green' }]
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([...steps, ...limits.map(([value, color]) => ({ value, color }))])
}

/** One number. @param options.limits from these values on in this colour */
export function stat(options: PanelOptions & { limits?: [number, string][] }): Stat {
  return dress(new Stat(), options)
    .thresholds(thresholds(options.limits ?? []))
    .colorMode(options.limits === undefined ? BigValueColorMode.None : BigValueColorMode.Background)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
}

/** What was when, as bands of colour. */
export function bands(options: PanelOptions, mappings: ValueMapping[]): StateTimeline {
  return dress(new StateTimeline(), options)
    .mappings(mappings)
    .mergeValues(true)
    .rowHeight(0.8)
    .fillOpacity(85)
    .lineWidth(0)
    .showValue(VisibilityMode.Never)
    .legend(legend())
    .dataLinks(portLinks('__field.labels'))
}

/** Lines over time. */
export function lines(options: PanelOptions): TimeSeries {
  return dress(new TimeSeries(), options)
    .min(0)
    .lineWidth(1)
    .fillOpacity(10)
    .showPoints(VisibilityMode.Never)
    .legend(legend())
}

/** Bars over time, on top of each other. */
export function stacked(options: PanelOptions): TimeSeries {
  return lines(options)
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(80)
    .lineWidth(0)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
}

/** One bar for each series. @param options.limits from these values on in this colour */
export function bars(options: PanelOptions & { limits: [number, string][] }): BarGauge {
  return dress(new BarGauge(), options)
    .min(0)
    .orientation(VizOrientation.Horizontal)
    .thresholds(thresholds(options.limits))
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
}

/** One row for each series. @param options.columns labels, in their order */
export function table(options: PanelOptions & { columns: string[] }): Table {
  const indexByName = Object.fromEntries(options.columns.map((name, index) => [name, index]))
  const includeByName = Object.fromEntries(options.columns.map((name) => [name, true]))
  return dress(new Table(), options).withTransformation({
    id: 'organize',
    options: { indexByName, includeByName, excludeByName: {}, renameByName: {} },
  })
}

/**
 * One row for each value of a label, one column for each of another, coloured by what is where they meet.
 *
 * @param options.limits from these values on in this colour
 */
export function matrix(options: PanelOptions & { row: string; column: string; limits: [number, string][] }): Table {
  const { row, column, limits } = options
  return dress(new Table(), options)
    .min(0)
    .max(1)
    .thresholds(thresholds(limits))
    .cellOptions({ type: TableCellDisplayMode.ColorBackground })
    .withTransformation({
      id: 'groupingToMatrix',
      options: { rowField: row, columnField: column, valueField: 'Value', emptyValue: 'null' },
    })
}

function legend(): VizLegendOptionsBuilder {
  return new VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .calcs([])
}

interface Dressable {
  title(title: string): this
  description(text: string): this
  datasource(from: { type: string; uid: string }): this
  span(width: number): this
  height(height: number): this
  targets(queries: Builder<Dataquery>[]): this
  unit(unit: string): this
}

function dress<Panel extends Dressable>(panel: Panel, options: PanelOptions): Panel {
  const { title, about, width, height, queries, unit } = options
  const named = queries.map((query, index) => query.refId('ABC'.charAt(index)))
  panel.title(title).description(about).datasource(DATA_SOURCE).span(width).height(height).targets(named)
  return unit === undefined ? panel : panel.unit(unit)
}
