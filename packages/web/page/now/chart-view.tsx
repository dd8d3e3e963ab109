import { now } from '../clock.ts'
import type { PathDocument, TargetDocument } from '../documents.ts'
import { Mark } from '../parts/mark.tsx'
import { duration } from '../time.ts'
import { nodeName, portName, STATE_WORDS } from '../words.ts'
import { type Box, type Chart, layOut, type Line, ROW } from './chart.ts'

/** Where each column begins and ends, in thousandths of the width. */
const COLUMNS = [
  [0, 215],
  [290, 445],
  [530, 715],
  [795, 1000],
] as const

/** So many lines are distinguishable only where one port is looked at. */
const DENSE = 60

/** Where engines map all ports, and where clients come in at nodes or load balancers as well. */
const MAPPED = ['Host port', 'Mapped to node', 'Service', 'Pods, on their nodes']
const ANY = ['Port', 'Node', 'Service', 'Pods, on their nodes']

export function ChartView(props: {
  targets: TargetDocument[]
  paths: ReadonlyMap<string, PathDocument['hops']>
  picked: TargetDocument | null
  onPick(target: TargetDocument): void
}) {
  const { targets, paths, picked, onPick } = props
  const chart = layOut(targets, paths)
  const headings = targets.every(({ entry }) => entry === 'hostPort') ? MAPPED : ANY
  const severalClusters = new Set(targets.map(({ cluster }) => cluster)).size > 1
  const nameOf = (node: string, cluster: string) => (severalClusters ? node : nodeName(node, cluster))
  return (
    <section class="chart" aria-label="Map">
      <div class="headings" aria-hidden="true">
        {headings.map((heading, index) => (
          <h2 key={heading} style={span(index)}>
            {heading}
          </h2>
        ))}
      </div>
      <div class="sea" style={{ height: `${chart.height}px` }}>
        <Lines chart={chart} picked={picked} />
        <ul class="ports">
          {chart.ports.map(({ target, y }) => (
            <li
              key={`${target.cluster}/${target.id}`}
              style={{ ...span(0), top: `${y - ROW / 2 + 3}px`, height: `${ROW - 6}px` }}
            >
              <PortButton target={target} picked={target === picked} onPick={onPick} />
            </li>
          ))}
        </ul>
        {chart.nodes.map((box) => (
          <BoxView key={box.key} box={box} column={1} text={nameOf(box.name, box.cluster)} />
        ))}
        {chart.services.map((box) => (
          <BoxView key={box.key} box={box} column={2} text={box.name.replace(/^default\//, '')} />
        ))}
        {chart.berths.map((berth) => (
          <div
            key={berth.key}
            class="berth"
            style={{ ...span(3), top: `${berth.top}px`, height: `${berth.bottom - berth.top}px` }}
          >
            <h3>{berth.node === null ? 'on no node yet' : nameOf(berth.node, berth.cluster)}</h3>
            {berth.pods.length === 0 ? <p class="none">no pod of these Services</p> : null}
            {berth.pods.map((pod) => (
              <p
                key={pod.key}
                class={pod.serves ? 'pod' : 'pod is-idle'}
                title={pod.title}
                style={{ top: `${pod.y - berth.top - 11}px` }}
              >
                {pod.label}
              </p>
            ))}
          </div>
        ))}
      </div>
    </section>
  )
}

function span(column: number) {
  const [from = 0, to = 0] = COLUMNS[column] ?? []
  return { left: `${from / 10}%`, width: `${(to - from) / 10}%` }
}

function PortButton({
  target,
  picked,
  onPick,
}: {
  target: TargetDocument
  picked: boolean
  onPick(target: TargetDocument): void
}) {
  const { state, since, node, service, pods, cluster } = target
  const places = [...new Set(pods.map((pod) => (pod.node === null ? 'no node' : nodeName(pod.node, cluster))))]
  return (
    <button type="button" class={`port is-${state}`} aria-pressed={picked} onClick={() => onPick(target)}>
      <Mark state={state} label="" />
      <b title={portName(target.id)}>{portBesideNode(target)}</b>
      <span>
        {STATE_WORDS[state]}
        {state === 'up' ? '' : ` ${duration(now() - Date.parse(since))}`}
      </span>
      <small>
        {nodeName(node, cluster)} → {service ?? 'nothing'} →{' '}
        {places.length === 0 ? 'no pod' : `pod on ${places.join(', ')}`}
      </small>
    </button>
  )
}

/** The node stands in a column of its own. */
function portBesideNode({ id, entry, hostPort, protocol }: TargetDocument): string {
  return entry === 'node' ? `${hostPort}${protocol === 'udp' ? '/udp' : ''}` : portName(id)
}

function BoxView({ box, column, text }: { box: Box; column: number; text: string }) {
  const { top, bottom, state, name } = box
  return (
    <div
      class={`box is-${state}`}
      title={name}
      style={{ ...span(column), top: `${top + 3}px`, height: `${bottom - top - 6}px` }}
    >
      <span>{text}</span>
    </div>
  )
}

/** Drawn behind the boxes; what they say is told in words by the ports and the panel. */
function Lines({ chart, picked }: { chart: Chart; picked: TargetDocument | null }) {
  const broken = chart.lines.filter(({ state }) => state === 'broken')
  return (
    <>
      <svg
        class={chart.lines.length > DENSE ? 'lines is-dense' : 'lines'}
        viewBox={`0 0 1000 ${chart.height}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {[...chart.lines.filter(({ state }) => state !== 'broken'), ...broken].map((line) => (
          <path
            key={line.key}
            class={`is-${line.state}${picked !== null && line.users.includes(picked) ? ' is-picked' : ''}`}
            d={curve(line)}
          />
        ))}
      </svg>
      {broken.map((line) => (
        <span
          key={line.key}
          class="breaker"
          aria-hidden="true"
          style={{ left: `${middle(line) / 10}%`, top: `${(line.fromY + line.toY) / 2 - 9}px` }}
        >
          <Mark state="down" label="" />
        </span>
      ))}
    </>
  )
}

function curve({ column, fromY, toY }: Line): string {
  const from = COLUMNS[column][1]
  const to = COLUMNS[column + 1]?.[0] ?? from
  const bend = (from + to) / 2
  return `M${from} ${fromY}C${bend} ${fromY} ${bend} ${toY} ${to} ${toY}`
}

function middle({ column }: Line): number {
  return (COLUMNS[column][1] + (COLUMNS[column + 1]?.[0] ?? 0)) / 2
}
