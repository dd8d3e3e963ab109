import { now } from '../clock.ts'
import type { PortRow } from '../now/port-rows.ts'
import { LaneStrip } from '../parts/lane-strip.tsx'

const STRIP_MS = 10 * 60_000

/** How a port was of late, down to its moves; leads to the timeline. */
export function LastMinutes({ row: { key, cluster, target }, news }: { row: PortRow; news: number }) {
  return (
    <LaneStrip
      cluster={cluster}
      target={target}
      from={Math.floor(now() / STRIP_MS) * STRIP_MS - STRIP_MS}
      to={null}
      news={news}
      route={{ view: 'timeline', port: key, from: null, to: null }}
    />
  )
}
