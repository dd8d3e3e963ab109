import { useEffect, useRef } from 'preact/hooks'
import type { LanesDocument } from '../documents.ts'
import type { Route } from '../route.ts'
import { partsOf } from '../timeline/lane-shape.ts'
import { paint } from '../timeline/paint.ts'
import { NO_PROBES } from '../timeline/probes.ts'
import { rowsOf } from '../timeline/rows.ts'
import { readTheme } from '../timeline/theme.ts'
import { portName } from '../words.ts'
import { Link } from './link.tsx'
import { useAnswer } from './use-answer.ts'

const HEIGHT = 112
const AXIS = 44

/** The lane of one port as a picture that leads to the timeline. @param view as in a path of the API */
export function LaneStrip(props: {
  cluster: string
  target: string
  from: number
  to: number | null
  news: number
  route: Route
}) {
  const { cluster, target, from, to, news, route } = props
  const canvas = useRef<HTMLCanvasElement>(null)
  const until = to === null ? '' : `&to=${new Date(to).toISOString()}`
  const query = `cluster=${encodeURIComponent(cluster)}&targets=${encodeURIComponent(target)}&from=${new Date(from).toISOString()}${until}`
  const { value } = useAnswer<LanesDocument>(`/lanes?${query}&resolution=1`, news)
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (canvas.current === null || context == null || value === null) return
    const width = canvas.current.clientWidth
    canvas.current.width = width * devicePixelRatio
    canvas.current.height = HEIGHT * devicePixelRatio
    context.scale(devicePixelRatio, devicePixelRatio)
    const data = rowsOf(value)
    const first = data.rows[0]?.reach[0]?.from ?? data.from
    const view = { from: Math.max(data.from, Math.min(first, data.to - 30_000)), to: data.to }
    const row = HEIGHT - AXIS
    const geometry = {
      width,
      height: HEIGHT,
      left: 0,
      top: AXIS,
      shape: { row, ...partsOf(row), nameAbove: 0 },
      scrollTop: 0,
      sightFrom: 0,
    }
    paint(
      context,
      { data, probes: NO_PROBES, view, knownUntil: data.to, selected: null },
      geometry,
      readTheme(canvas.current),
    )
  }, [value])
  return (
    <Link to={route} class="strip" aria-label={`Timeline of port ${portName(target)}`}>
      <canvas ref={canvas} aria-hidden="true" />
    </Link>
  )
}
