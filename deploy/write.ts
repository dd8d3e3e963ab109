import { copyFileSync, cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chartReadme } from './chart-readme.ts'
import { CHART, plainManifests } from './manifests.ts'

/** Writes what is made of other files: the chart's copies of rules and dashboards, its README, and the manifests. */
copyFileSync(join(import.meta.dirname, 'rules/portolan.rules.yaml'), join(CHART, 'portolan.rules.yaml'))
cpSync(join(import.meta.dirname, '../grafana/dashboards'), join(CHART, 'dashboards'), { recursive: true })
writeFileSync(join(CHART, 'README.md'), chartReadme())
writeFileSync(join(import.meta.dirname, 'manifests/portolan.yaml'), plainManifests())
