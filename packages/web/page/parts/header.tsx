import { useEffect } from 'preact/hooks'
import { isRecorded, now } from '../clock.ts'
import type { Live } from '../live.ts'
import type { Route } from '../route.ts'
import { day, timeOfDay } from '../time.ts'
import { summarize } from '../words.ts'
import { Keys } from './keys.tsx'
import { Link } from './link.tsx'
import { Mark } from './mark.tsx'
import { Notifier } from './notifier.tsx'
import { ZoneButton } from './zone-button.tsx'

const VIEWS: { to: Route; name: string; views: Route['view'][] }[] = [
  { to: { view: 'now', port: null }, name: 'Now', views: ['now'] },
  { to: { view: 'timeline', port: null, from: null, to: null }, name: 'Timeline', views: ['timeline'] },
  { to: { view: 'incidents' }, name: 'Incidents', views: ['incidents', 'incident'] },
  { to: { view: 'whatif', drain: null }, name: 'What if', views: ['whatif'] },
  { to: { view: 'mesh' }, name: 'Mesh', views: ['mesh'] },
]

export function Header({ live, view }: { live: Live; view: Route['view'] }) {
  const summary = summarize(live.targets ?? [])
  const away = live.awaySince !== null
  const state = away || live.targets === null ? 'gap' : summary.state
  const said = away
    ? `The collector has been away since ${timeOfDay(live.awaySince ?? 0)}`
    : live.targets === null
      ? 'Asking the collector'
      : `${recordedText()}${summary.text}`
  useEffect(() => {
    document.title = `${away ? 'Away' : summary.text} · Portolan`
  }, [away, summary.text])
  return (
    <header>
      <Link to={{ view: 'now', port: null }} class="brand">
        <img src="/icon.svg" alt="" width="26" height="26" />
        Portolan
      </Link>
      <nav aria-label="Views">
        {VIEWS.filter(({ to }) => to.view !== 'mesh' || view === 'mesh' || hasAgents(live)).map(
          ({ to, name, views }) => (
            <Link key={name} to={to} {...(views.includes(view) ? { 'aria-current': 'page' } : {})}>
              {name}
            </Link>
          ),
        )}
      </nav>
      <p class={`summary is-${state}`} role="status">
        <Mark state={state} label="" />
        {said}
      </p>
      <div class="header-tools">
        <ZoneButton />
        <Notifier targets={live.targets} />
        <Keys />
      </div>
      {live.fault === null || away ? null : (
        <p class="fault" role="alert">
          Nothing is kept at the moment: {live.fault}
        </p>
      )}
    </header>
  )
}

/** Without agents nobody sees how the nodes reach each other. */
function hasAgents({ targets }: Live): boolean {
  return targets?.some(({ vantages }) => vantages.some(({ vantage }) => vantage.startsWith('node/'))) ?? false
}

/** So that nobody takes what was for what is. */
function recordedText(): string {
  return isRecorded() ? `Recording, ${day(now())} at ${timeOfDay(now(), 'minutes')}: ` : ''
}
