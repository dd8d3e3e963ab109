import { isHub, isRecorded, now } from '../clock.ts'
import type { Live } from '../live.ts'
import { type Route, WHOLE_FLEET } from '../route.ts'
import { day, timeOfDay } from '../time.ts'
import { summarize } from '../words.ts'
import { Header, type ViewLink } from './header.tsx'
import { Keys } from './keys.tsx'
import { Link } from './link.tsx'
import { Notifier } from './notifier.tsx'

const VIEWS: ViewLink[] = [
  { to: { view: 'now', port: null }, name: 'Now', views: ['now'] },
  { to: { view: 'timeline', port: null, from: null, to: null }, name: 'Timeline', views: ['timeline'] },
  { to: { view: 'incidents' }, name: 'Incidents', views: ['incidents', 'incident'] },
]
/** These need what stays with a collector. */
const OWN_VIEWS: ViewLink[] = [
  { to: { view: 'whatif', drain: null }, name: 'What if', views: ['whatif'] },
  { to: { view: 'mesh' }, name: 'Mesh', views: ['mesh'] },
]
const FLEET: Route = { view: 'fleet', choice: WHOLE_FLEET }

/** @param cluster at a hub, the cluster that is shown; else null */
export function ClusterHeader({ live, view, cluster }: { live: Live; view: Route['view']; cluster: string | null }) {
  const { targets, awaySince, quietSince, fault } = live
  const summary = summarize(targets ?? [])
  const away = awaySince ?? quietSince
  const state = away !== null || targets === null ? 'gap' : summary.state
  const links = [
    ...VIEWS,
    ...OWN_VIEWS.filter(({ to }) => !isHub() && (to.view !== 'mesh' || view === 'mesh' || hasAgents(live))),
  ]
  return (
    <Header
      home={cluster === null ? { view: 'now', port: null } : FLEET}
      links={links}
      view={view}
      state={state}
      said={saidOf(live, summary.text)}
      title={`${cluster === null ? '' : `${cluster}: `}${away === null ? summary.text : 'Away'}`}
      fault={awaySince === null ? fault : null}
      tools={
        <>
          <Notifier targets={targets} />
          <Keys />
        </>
      }
    >
      {cluster === null ? null : (
        <p class="whereabouts">
          <Link to={FLEET}>Fleet</Link> <span aria-hidden="true">/</span> <b>{cluster}</b>
        </p>
      )}
    </Header>
  )
}

function saidOf({ targets, awaySince, quietSince }: Live, summary: string): string {
  const who = isHub() ? 'hub' : 'collector'
  if (awaySince !== null) return `The ${who} has been away since ${timeOfDay(awaySince)}`
  if (targets === null) return `Asking the ${who}`
  return quietSince === null ? `${recordedText()}${summary}` : `Its collector is quiet since ${timeOfDay(quietSince)}`
}

/** Without agents nobody sees how the nodes reach each other. */
function hasAgents({ targets }: Live): boolean {
  return targets?.some(({ vantages }) => vantages.some(({ vantage }) => vantage.startsWith('node/'))) ?? false
}

/** So that nobody takes what was for what is. */
function recordedText(): string {
  return isRecorded() ? `Recording, ${day(now())} at ${timeOfDay(now(), 'minutes')}: ` : ''
}
