import { day, timeOfDay } from '../time.ts'
import { spanOf, type View } from './view.ts'

export interface Tick {
  at: number
  label: string
}

const S = 1000
const MIN = 60 * S
const H = 60 * MIN
const D = 24 * H
const STEPS = [
  50,
  100,
  200,
  500,
  S,
  2 * S,
  5 * S,
  10 * S,
  15 * S,
  30 * S,
  MIN,
  2 * MIN,
  5 * MIN,
  10 * MIN,
  15 * MIN,
  30 * MIN,
  H,
  2 * H,
  3 * H,
  6 * H,
  12 * H,
  D,
  2 * D,
]

/** Round local times, so many that their labels do not touch. @param offsetMs the local time ahead of UTC */
export function ticksOf(view: View, width: number, offsetMs: number): Tick[] {
  const wanted = spanOf(view) / Math.max(1, Math.floor(width / 100))
  const step = STEPS.find((one) => one >= wanted) ?? 2 * D
  const ticks: Tick[] = []
  for (let at = Math.ceil((view.from + offsetMs) / step) * step - offsetMs; at <= view.to; at += step) {
    ticks.push({ at, label: labelOf(at, step, offsetMs) })
  }
  return ticks
}

function labelOf(at: number, step: number, offsetMs: number): string {
  if ((at + offsetMs) % D === 0) return day(at)
  if (step >= MIN) return timeOfDay(at, 'minutes')
  return step >= S ? timeOfDay(at) : timeOfDay(at, 'hundredths')
}
