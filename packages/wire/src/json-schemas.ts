import * as z from 'zod'
import { checkDocument } from './check.ts'
import { clockDocument } from './clock.ts'
import { epochsDocument } from './epoch.ts'
import { explanationDocument, pathDocument, routeExplanationDocument } from './explanation.ts'
import { fleetCausesDocument, fleetDocument } from './fleet.ts'
import { incidentDocument, incidentsDocument } from './incident.ts'
import { lanesDocument } from './lanes.ts'
import { meshDocument } from './mesh.ts'
import { noteDocument, notesDocument } from './note.ts'
import { notificationDocument } from './notification.ts'
import { objectsDocument } from './objects.ts'
import { probesDocument } from './probes.ts'
import { problemDocument } from './problem.ts'
import { reportDocument } from './report.ts'
import { routeDocument, routesDocument } from './route.ts'
import { targetDocument, targetsDocument } from './target.ts'
import { timelineDocument } from './timeline.ts'
import { changeLine } from './change.ts'
import { waitDocument } from './wait.ts'
import { watchLine } from './watch-line.ts'
import { whyDocument } from './why.ts'

/** Everything that is printed or served as JSON, by the name of its file in docs/schema. */
const DOCUMENTS = {
  'watch-line': watchLine,
  change: changeLine,
  target: targetDocument,
  targets: targetsDocument,
  path: pathDocument,
  explanation: explanationDocument,
  route: routeDocument,
  routes: routesDocument,
  'route-explanation': routeExplanationDocument,
  epochs: epochsDocument,
  fleet: fleetDocument,
  'fleet-causes': fleetCausesDocument,
  incident: incidentDocument,
  incidents: incidentsDocument,
  timeline: timelineDocument,
  lanes: lanesDocument,
  clock: clockDocument,
  check: checkDocument,
  mesh: meshDocument,
  note: noteDocument,
  notes: notesDocument,
  notification: notificationDocument,
  objects: objectsDocument,
  probes: probesDocument,
  report: reportDocument,
  problem: problemDocument,
  wait: waitDocument,
  why: whyDocument,
}

/** The files of docs/schema: name and text. Objects stay open, since documents grow by addition. */
export function jsonSchemaFiles(): { name: string; text: string }[] {
  return Object.entries(DOCUMENTS).map(([name, schema]) => ({
    name: `${name}.json`,
    text: `${JSON.stringify({ title: name, ...z.toJSONSchema(schema, { io: 'input' }) }, null, 2)}\n`,
  }))
}
