import { EXIT, PortolanError, type RouteExplanation, type TargetExplanation } from '@portolan/core'
import { systemClock } from '@portolan/runtime'
import { encodeExplanation, encodeRouteExplanation } from '@portolan/wire'
import type { Command } from 'commander'
import { fullName, isNamed, readPortName } from '../port-name.ts'
import type { End } from '../end.ts'
import { jsonText } from '../render/json.ts'
import { explanationLines, routeExplanationLines } from '../render/explanation.ts'
import { styleFor } from '../render/style.ts'
import { ageText, dateText } from '../render/words.ts'
import { findRoute } from '../route-name.ts'
import { withStore } from '../stored.ts'

/** A view that is older than this was left by a watch that does not run any more, ms. */
const FRESH_MS = 10_000

export function defineExplain(command: Command, end: End): void {
  command
    .option('--json', 'one JSON document, as docs/schema/explanation.json')
    .option('--state <folder>', 'where watch keeps what it saw (default: $XDG_STATE_HOME/portolan)')
    .action(async (port: string, flags: { json?: boolean; state?: string }) => {
      const now = systemClock.now()
      const views = await withStore(flags.state, (store) => store.views())
      const all = views.flatMap((view) => view.explanations)
      const routes = all.flatMap((one) => one.routes)
      const named = findRoute(
        routes.map((one) => one.route),
        port,
      )
      const route = routes.find((one) => one.route === named) ?? null
      const explanation = route === null ? findExplanation(all, port) : null
      const found = explanation?.target ?? (route as RouteExplanation).route
      const seenAt = views.find((view) => view.cluster === found.cluster)?.lastAt ?? now
      if (flags.json === true) {
        const document =
          explanation === null
            ? encodeRouteExplanation(route as RouteExplanation, now)
            : encodeExplanation(explanation, now)
        process.stdout.write(`${jsonText(document, 2)}\n`)
      } else {
        if (now - seenAt > FRESH_MS) {
          process.stdout.write(
            `As of ${dateText(seenAt)}, ${ageText(now - seenAt)} ago: no portolan watch runs now.\n\n`,
          )
        }
        const width = Math.max(60, Math.min(120, process.stdout.columns ?? 100))
        const options = { now, width, style: styleFor(process.stdout, process.env) }
        const lines =
          explanation === null
            ? routeExplanationLines(route as RouteExplanation, options)
            : explanationLines(explanation, options)
        process.stdout.write(`${lines.join('\n')}\n`)
      }
      end(found.state === 'down' || found.state === 'broken' ? EXIT.fault : EXIT.fine)
    })
}

/** @throws PortolanError usage, naming the ports that there are */
export function findExplanation(all: readonly TargetExplanation[], port: string): TargetExplanation {
  const name = readPortName(port)
  const matches = all.filter(({ target }) => isNamed(name, target))
  const [match] = matches
  if (match !== undefined && matches.length === 1) return match
  const named = (matches.length > 1 ? matches : all).map(({ target }) => fullName(target))
  if (matches.length > 1) {
    throw new PortolanError('usage', `several clusters map port ${port}`, `name one of ${named.join(', ')}`)
  }
  throw new PortolanError(
    'usage',
    `no mapped port is called ${port}`,
    named.length === 0
      ? 'start portolan watch first: it finds the mapped ports'
      : `these are mapped: ${named.join(', ')}`,
  )
}
