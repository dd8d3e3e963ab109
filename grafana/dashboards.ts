import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { fleet } from './fleet.ts'
import { itself } from './itself.ts'
import { nodes } from './nodes.ts'
import { overview } from './overview.ts'
import { onePort } from './port.ts'

/** Every dashboard, by the name of its file. */
export function dashboards(): Map<string, Dashboard> {
  return new Map([
    ['overview', numbered(overview().build())],
    ['port', numbered(onePort().build())],
    ['nodes', numbered(nodes().build())],
    ['itself', numbered(itself().build())],
    ['fleet', numbered(fleet().build())],
  ])
}

function numbered(dashboard: Dashboard): Dashboard {
  return { ...dashboard, panels: dashboard.panels?.map((panel, index) => ({ ...panel, id: index + 1 })) ?? [] }
}

export function textOf(dashboard: Dashboard): string {
  return `${JSON.stringify(dashboard, null, 2)}\n`
}
