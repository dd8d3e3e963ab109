import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CHART, plainManifests } from './manifests.ts'

/** Writes what is made of other files: the chart's copy of the rules, and the manifests. */
copyFileSync(join(import.meta.dirname, 'rules/portolan.rules.yaml'), join(CHART, 'portolan.rules.yaml'))
writeFileSync(join(import.meta.dirname, 'manifests/portolan.yaml'), plainManifests())
