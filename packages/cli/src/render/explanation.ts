import {
  bySight,
  comparedText,
  countPlacements,
  type Epoch,
  failsWithinPlacements,
  fateOf,
  type Hop,
  type Incident,
  printableAll,
  splitsByPlacement,
  type TargetExplanation,
  type TargetView,
  type VantageView,
  onsetText,
  type RouteExplanation,
  type RouteHop,
  type RouteView,
  routesText,
  withoutKind,
  percent,
} from '@portolan/core'
import { fullName } from '../port-name.ts'
import { remedyLines, remedyWords, verdictTitle } from './incident.ts'
import type { Style } from './style.ts'
import {
  ageText,
  clockText,
  durationText,
  fit,
  isLucky,
  momentText,
  nodeText,
  STATE_WORDS,
  SYMBOLS,
  wrap,
} from './words.ts'

interface Options {
  now: number
  width: number
  style: Style
}

const HOP_SYMBOLS = { green: '✓', red: '✗', 'not seen': '·' }

/** All that is known of one port: the verdict, the way, what each vantage saw, what was ruled out, its history. */
export function explanationLines(given: TargetExplanation, options: Options): string[] {
  const explanation = printableAll(given)
  const { target, hops, epochs } = explanation
  const { ruledOut, notChecked } = bySight(explanation.ruledOut)
  const { style, width } = options
  return [
    ...verdictLines(explanation, options),
    '',
    style.strong('Path'),
    ...hops.flatMap((hop) => hopLines(hop, options)),
    '',
    style.strong('Vantage points'),
    ...vantageLines(target, options),
    ...wrap(`Protocol: ${target.spoken.protocol}, ${target.spoken.why}.`, width, '  '),
    ...(target.note === null ? [] : wrap(target.note, width, '  ').map(style.doubt)),
    ...askedLines(target, options),
    ...insideLines(target, options),
    ...consideredLines('Ruled out', ruledOut, options),
    ...consideredLines('Could not be checked', notChecked, options),
    '',
    style.strong('Placements'),
    ...epochLines(epochs, target).flatMap((line) => wrap(line, width, '  ')),
    ...recordLines(explanation).flatMap((line) => wrap(line, width, '  ')),
    ...foreseenLines(explanation, options),
    ...routeLines(explanation.routes, options),
  ]
}

function consideredLines(title: string, causes: TargetExplanation['ruledOut'], { style, width }: Options): string[] {
  if (causes.length === 0) return []
  return ['', style.strong(title), ...causes.flatMap(({ cause, because }) => wrap(`${cause}: ${because}`, width, '  '))]
}

function wrapped(text: string | null, width: number): string[] {
  return text === null ? [] : wrap(text, width, '  ')
}

function routeLines(routes: readonly RouteExplanation[], { style, width }: Options): string[] {
  if (routes.length === 0) return []
  const lines = routes.flatMap(({ route }) =>
    wrap(`${SYMBOLS[route.state]} ${route.name}: ${routeText(route)}`, width, '  '),
  )
  return ['', style.strong('Routes behind it'), ...lines]
}

/** `up`, `broken (route_backend_missing)`, `up, but answers with HTTP status 500`. */
function routeText({ state, cause, degraded, note }: RouteView): string {
  const why = cause === null ? '' : ` (${cause})`
  const but = degraded !== null ? `, but ${degraded}` : state === 'up' || note === null ? '' : `: ${note}`
  return `${state}${why}${cause === null ? but : ''}`
}

/** All that is known of one route: the verdict and the way, through the edge proxy to the application. */
export function routeExplanationLines(given: RouteExplanation, options: Options): string[] {
  const { route, hops, incident } = printableAll(given)
  const { now, width, style } = options
  const where = `${route.cluster}/${route.id.replace('route:', '')}`
  const headline = `${SYMBOLS[route.state]} ${where} has been ${route.state} for ${ageText(now - route.since)}`
  return [
    ...(incident === null
      ? [route.state === 'up' && route.degraded === null ? style.good(headline) : style.doubt(headline)]
      : [...titleLines(incident, headline, options), ...incidentLines(incident, options)]),
    ...wrapped(route.degraded === null ? null : `It ${route.degraded}.`, width),
    ...wrapped(incident === null ? route.note : null, width),
    '',
    style.strong('Path'),
    ...hops.flatMap((hop) => hopLines(hop, options)),
    ...(route.status === null && route.symptom === null
      ? []
      : [
          '',
          `Asked for: ${route.protocol}://${route.name}; the answer: ${route.status === null ? route.symptom : `HTTP ${route.status}`}${route.at === null ? '' : `, ${momentText(route.at)}`}`,
        ]),
  ]
}

function verdictLines({ target, incident }: TargetExplanation, options: Options): string[] {
  const { now, style } = options
  const age = ageText(now - target.since)
  const headline = `${SYMBOLS[target.state]} ${fullName(target)} has been ${LASTING[target.state]} for ${age}`
  if (incident === null) {
    const degraded = target.degraded === null ? '' : `, but ${target.degraded}`
    return [target.state === 'up' ? style.good(`${headline}${degraded}`) : style.doubt(headline)]
  }
  const beside = `  The incident is that of ${withoutKind(incident.target)}, which leads to the same pods.`
  return [
    ...titleLines(incident, headline, options),
    ...(incident.target === target.id ? [] : [beside]),
    ...incidentLines(incident, options),
  ]
}

/** A state that lasts, after `has been`. */
const LASTING = { ...STATE_WORDS, down: 'dark', by_design: 'dark by design' }

function titleLines(incident: Incident, headline: string, { width, style }: Options): string[] {
  return wrap(`${headline}: ${verdictTitle(incident)}`, width).map(style.bad)
}

function incidentLines(incident: Incident, { width, style }: Options): string[] {
  return [
    ...wrap(onsetText(incident, clockText), width, '  '),
    ...wrap(incident.summary, width, '  '),
    ...wrapped(routesText(incident), width),
    ...incident.evidence
      .filter((one) => one.kind !== 'probe' && one.kind !== 'history')
      .flatMap((one) =>
        wrap(`- ${one.text}${one.kind === 'rule' ? ` (until ${clockText(one.at)})` : ''}`, width, '  '),
      ),
    ...remedyLines(incident.remedies, width, style, remedyWords(incident)),
    ...wrap(`More on this cause: docs/causes.md#${incident.cause}`, width, '  ').map(style.dim),
  ]
}

/** What is green by luck: the next reschedule may end it. Of a dark port the incident says more. */
function foreseenLines({ target, foreseen }: TargetExplanation, { width, style }: Options): string[] {
  if (foreseen === null || !isLucky(target)) return []
  const chance = percent(target.darkProbability ?? 0)
  const given = foreseen.assumption === null ? '' : `, assuming ${foreseen.assumption}`
  return [
    '',
    style.strong('At risk'),
    ...wrap(`The next reschedule of its pods leaves the port dark in ${chance} of cases${given}.`, width, '  '),
    ...wrap(`${foreseen.summary}`, width, '  '),
    ...remedyLines(foreseen.remedies, width, style),
  ]
}

function hopLines(hop: Hop | RouteHop, { style, width }: Options): string[] {
  const paint = hop.state === 'green' ? style.good : hop.state === 'red' ? style.bad : style.dim
  const [first = '', ...rest] = wrap(hop.text, width - 17)
  return [
    `  ${paint(HOP_SYMBOLS[hop.state])} ${hop.name.padEnd(12)}  ${first}`,
    ...rest.map((line) => `${' '.repeat(18)}${line}`),
  ]
}

function vantageLines(target: TargetView, { style, width }: Options): string[] {
  return target.vantages.filter(isOfHost).flatMap((one) => {
    const where = one.target === target.id ? one.vantage : one.target
    const when =
      one.at === null
        ? 'not yet'
        : `${momentText(one.at)}${one.durationMs === null ? '' : `, ${durationText(one.durationMs)}`}`
    const role =
      one.target !== target.id ? `witness: ${one.why}` : one.decides ? 'decides' : `does not decide: ${one.why}`
    const [first = '', ...rest] = wrap(`${when}  (${role})`, width - 51)
    const lines = [
      `  ${fit(where, 30)}  ${fit(one.symptom ?? '-', 15)}  ${first}`,
      ...rest.map((line) => `${' '.repeat(51)}${line}`),
    ]
    return one.decides || one.target !== target.id ? lines : lines.map(style.dim)
  })
}

/** What agents saw from inside, thing by thing: the nodes that got an answer, and those that did not. */
function insideLines(target: TargetView, { style, width }: Options): string[] {
  const byTarget = Map.groupBy(
    target.vantages.filter((one) => one.vantage.startsWith(FROM_NODE) && one.symptom !== null),
    (one) => one.target,
  )
  if (byTarget.size === 0) return []
  const lines = [...byTarget].flatMap(([what, seen]) => {
    const bySymptom = Map.groupBy(seen, (one) => one.symptom ?? '-')
    const parts = [...bySymptom].map(([symptom, from]) => `${symptom} from ${from.map(nodeOf).join(', ')}`)
    return wrap(`${what}: ${parts.join('; ')}`, width, '  ')
  })
  return ['', style.strong('Seen by agents inside the cluster'), ...lines]
}

/** What the pods answered through the API server, a line for each way to each pod. */
function askedLines(target: TargetView, { style, width }: Options): string[] {
  const asked = target.vantages.filter((one) => one.vantage.startsWith(THROUGH_API) && one.symptom !== null)
  if (asked.length === 0) return []
  const lines = asked.flatMap(({ target: pod, vantage, symptom, at }) => {
    const when = at === null ? '' : `, ${momentText(at)}`
    return wrap(`${pod} by ${vantage.slice(THROUGH_API.length)}: ${symptom}${when}`, width, '  ')
  })
  return ['', style.strong('Answers of the pods, through the API server'), ...lines]
}

function isOfHost({ vantage }: VantageView): boolean {
  return vantage.startsWith('host/')
}

function nodeOf({ vantage }: VantageView): string {
  return vantage.slice(FROM_NODE.length)
}

const FROM_NODE = 'node/'
const THROUGH_API = 'api/'

/** Counted by placement, since probes within one are not independent of each other. */
function epochLines(epochs: readonly Epoch[], { cluster }: TargetView): string[] {
  const nodes = new Map<string, { reachable: number; all: number }>()
  for (const epoch of epochs) {
    const fate = fateOf(epoch)
    if (fate === null) continue
    const where = epoch.podNodes.map((node) => nodeText(node, cluster)).join(' and ')
    const count = nodes.get(where) ?? { reachable: 0, all: 0 }
    count.all += 1
    if (fate === 'reachable') count.reachable += 1
    nodes.set(where, count)
  }
  if (nodes.size === 0) return ['none has been seen for long enough to count']
  return [...nodes].map(
    ([where, { reachable, all }]) =>
      `with the pods on ${where}: reachable in ${reachable} of ${all} placement${all === 1 ? '' : 's'}`,
  )
}

/** What the placements together show, and of what kind its flapping is. */
function recordLines({ target, epochs }: TargetExplanation): string[] {
  const placements = countPlacements(epochs)
  const compared = comparedText(placements, nodeText(target.node, target.cluster))
  const flapping =
    target.state !== 'flapping'
      ? []
      : splitsByPlacement(placements)
        ? ['It flaps because its pods move: the node that they run on decides.']
        : failsWithinPlacements(placements)
          ? ['It flaps while nothing moves: overload or a path that loses packets, not the placement of its pods.']
          : []
  return [...(compared === null ? [] : [`Together: ${compared}.`]), ...flapping]
}
