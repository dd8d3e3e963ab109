import type { ClockDocument } from '@portolan/wire'
import { ask } from './ask.ts'

let heard = { at: Date.now(), local: performance.now(), pace: 1, recorded: false, hub: false }

/** What time it is for the collector, ms since the epoch: this browser's may be off, and a recording has its own. */
export function now(): number {
  return heard.at + (performance.now() - heard.local) * heard.pace
}

/** By how much faster than ours the collector's time goes by. */
export function pace(): number {
  return heard.pace
}

/** The collector replays a recording: nothing on the page is of now. */
export function isRecorded(): boolean {
  return heard.recorded
}

/** A hub serves the page: it has many clusters, and of each what its collector decided. */
export function isHub(): boolean {
  return heard.hub
}

/** Asks the collector what time it is. @throws as `ask` does */
export async function hearClock(): Promise<void> {
  const asked = performance.now()
  const { now: at, pace, recorded, hub } = await ask<ClockDocument>('/clock')
  const local = (asked + performance.now()) / 2
  heard = { at: Date.parse(at), local, pace, recorded, hub }
}
