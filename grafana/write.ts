import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dashboards, textOf } from './dashboards.ts'

/** Writes the dashboards that Grafana reads. A test says when they are out of date. */
for (const [name, dashboard] of dashboards()) {
  writeFileSync(join(import.meta.dirname, 'dashboards', `${name}.json`), textOf(dashboard))
}
