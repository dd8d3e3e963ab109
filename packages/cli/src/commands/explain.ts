import type { ClusterView, StoreReader } from '@portolan/collector'
import {
  EXIT,
  type ExitCode,
  printable,
  type RouteExplanation,
  type TargetExplanation,
  type TargetState,
} from '@portolan/core'
import { systemClock } from '@portolan/runtime'
import { encodeExplanation, encodeRouteExplanation } from '@portolan/wire'
import type { Command } from 'commander'
import { onePort } from '../one-port.ts'
import { fullName, readPortName } from '../port-name.ts'
import type { End } from '../end.ts'
import { notProvenBecause, watchUntilProven, withProof } from '../prove-port.ts'
import { proxyNote } from '../proxy-note.ts'
import { addOutputOptions, documentText, type OutputFlags } from '../render/document.ts'
import { explanationLines, routeExplanationLines } from '../render/explanation.ts'
import { styleFor } from '../render/style.ts'
import { ageText, dateText, wrap } from '../render/words.ts'
import { findRoute, keptRoutes } from '../route-name.ts'
import { PROVE, STATE_OF_READERS } from '../settings.ts'
import { hasPorts, withStore } from '../stored.ts'

/** A view that is older than this was left by a watch that does not run any more, ms. */
const FRESH_MS = 10_000

interface ExplainFlags extends OutputFlags {
  state?: string
  prove?: boolean
  kubeconfig?: string
}

export function defineExplain(command: Command, end: End): void {
  addOutputOptions(command, 'explanation')
    .option('--state <folder>', STATE_OF_READERS)
    .option('--prove', PROVE)
    .option(
      '--kubeconfig <file>',
      'with --prove, the file with the access to the cluster (default: $KUBECONFIG, ~/.kube/config)',
    )
    .action(async (port: string, flags: ExplainFlags) => {
      const views = flags.prove === true ? null : await viewsWith(port, flags.state)
      const route = views === null ? null : keptRoute(views, port)
      if (route !== null) return end(await showRoute(route, flags))
      const { explanation, seenAt } =
        views === null ? await provenExplanation(port, flags) : keptExplanation(views, port)
      const now = systemClock.now()
      const text = await documentText(flags, () => encodeExplanation(explanation, now))
      if (text !== null) {
        process.stdout.write(text)
      } else {
        const note = proxyNote(process.env, explanation.target.listenAddresses)
        writeLines(seenAt, now, (options) => [
          ...explanationLines(explanation, options),
          ...(note === null ? [] : ['', ...wrap(`Note: ${note}`, options.width)]),
        ])
      }
      end(exitCodeOf(explanation.target.state))
    })
}

function writeLines(seenAt: number, now: number, lines: (options: Parameters<typeof explanationLines>[1]) => string[]) {
  if (now - seenAt > FRESH_MS) {
    process.stdout.write(`As of ${dateText(seenAt)}, ${ageText(now - seenAt)} ago: no portolan watch runs now.\n\n`)
  }
  const width = Math.max(60, Math.min(120, process.stdout.columns ?? 100))
  process.stdout.write(`${lines({ now, width, style: styleFor(process.stdout, process.env) }).join('\n')}\n`)
}

interface KeptRoute {
  route: RouteExplanation
  seenAt: number
}

/** The route that is called so; null where none is. */
function keptRoute(views: readonly ClusterView[], text: string): KeptRoute | null {
  const routes = keptRoutes(views)
  const named = findRoute(
    routes.map(({ route }) => route),
    text,
  )
  const route = routes.find((one) => one.route === named)
  const seenAt = views.find(({ cluster }) => cluster === named?.cluster)?.lastAt ?? 0
  return route === undefined ? null : { route, seenAt }
}

async function showRoute({ route, seenAt }: KeptRoute, flags: ExplainFlags): Promise<ExitCode> {
  const now = systemClock.now()
  const text = await documentText(flags, () => encodeRouteExplanation(route, now))
  if (text !== null) process.stdout.write(text)
  else writeLines(seenAt, now, (options) => routeExplanationLines(route, options))
  return exitCodeOf(route.route.state)
}

/** A port or route that is not known to be well now is explained all the same, and that is fine. */
export function exitCodeOf(state: TargetState): ExitCode {
  return state === 'down' || state === 'flapping' || state === 'broken' ? EXIT.fault : EXIT.fine
}

interface Kept {
  explanation: TargetExplanation
  /** When it was so, ms since the epoch. */
  seenAt: number
}

function keptExplanation(views: readonly ClusterView[], port: string): Kept {
  const explanation = findExplanation(
    views.flatMap((view) => view.explanations),
    port,
  )
  const seenAt = views.find((view) => view.cluster === explanation.target.cluster)?.lastAt ?? 0
  return { explanation, seenAt }
}

function viewsWith(port: string, state: string | undefined) {
  const has = (store: StoreReader) => hasPorts(store, [port])
  return withStore({ state, has }, (store) => store.views())
}

/** What a watch that runs knows of the port, and what its node's rules show; without a watch what a short one sees. */
async function provenExplanation(port: string, { state, kubeconfig }: ExplainFlags): Promise<Kept> {
  const clock = systemClock
  const seen = findExplanation(
    await watchUntilProven(readPortName(port), { clock, ...(kubeconfig !== undefined && { kubeconfig }) }),
    port,
  )
  const now = clock.now()
  const views = await viewsWith(port, state).catch(() => [])
  const running = views.filter(({ lastAt }) => now - lastAt <= FRESH_MS).flatMap(({ explanations }) => explanations)
  const known = running.find(({ target }) => fullName(target) === fullName(seen.target))
  const why = notProvenBecause(seen)
  if (why !== null) process.stderr.write(`portolan: no rule was read: ${printable(why)}\n`)
  return { explanation: known === undefined ? seen : withProof(known, seen), seenAt: now }
}

/** @throws PortolanError usage, naming the ports that there are */
function findExplanation(all: readonly TargetExplanation[], port: string): TargetExplanation {
  const target = onePort(
    all.map((one) => one.target),
    readPortName(port),
  )
  return all.find((one) => one.target === target) as TargetExplanation
}
