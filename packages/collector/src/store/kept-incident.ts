import type { Incident } from '@portolan/core'

/**
 * As the store keeps an incident while which the clock was set forward: it began when the clock of then said so, which
 * is what lanes draw.
 */
export function asShownThen(incident: Incident): Incident {
  return beginning(incident, -(incident.clockSetMs ?? 0))
}

/** As everybody else has it: its length is how long it lasted. */
export function asItLasted(incident: Incident): Incident {
  return beginning(incident, incident.clockSetMs ?? 0)
}

function beginning(incident: Incident, byMs: number): Incident {
  if (byMs === 0) return incident
  return { ...incident, openedAt: incident.openedAt + byMs, darkSince: incident.darkSince + byMs }
}
