import { useEffect, useRef } from 'preact/hooks'
import type { Live } from '../live.ts'
import { go } from '../navigation.ts'
import { ChartView } from './chart-view.tsx'
import { pickPort } from './pick-port.ts'
import { PortPanel } from './port-panel.tsx'

export function NowView({ live, port }: { live: Live; port: string | null }) {
  const last = useRef<string | null>(null)
  const targets = live.targets ?? []
  const picked = pickPort(targets, port, last.current)
  useEffect(() => {
    last.current = picked === null ? null : `${picked.cluster}/${picked.id}`
  })
  if (live.targets !== null && targets.length === 0) {
    return (
      <section class="empty">
        <h1>No port is known yet</h1>
        <p>
          Portolan shows the host ports that lead into a cluster (in kind: <code>extraPortMappings</code>), and of a
          cluster that is watched by its context each NodePort, host port and load balancer. They appear here by
          themselves.
        </p>
      </section>
    )
  }
  return (
    <div class="now">
      <ChartView
        targets={targets}
        paths={live.paths}
        picked={picked}
        onPick={(target) => go({ view: 'now', port: `${target.cluster}/${target.id}` }, 'replace')}
      />
      {picked === null ? (
        <aside class="panel" />
      ) : (
        <PortPanel target={picked} news={live.news} key={`${picked.cluster}/${picked.id}`} />
      )}
    </div>
  )
}
