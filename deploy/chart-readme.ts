import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMap, isScalar, type Pair, parseDocument, type YAMLMap } from 'yaml'
import { CHART } from './manifests.ts'

interface Value {
  key: string
  standard: string
  about: string
}

/** The README of the chart: its values come from values.yaml, where a comment above a key is what it means. */
export function chartReadme(): string {
  const values = parseDocument(readFileSync(join(CHART, 'values.yaml'), 'utf8')).contents as YAMLMap
  const rows = [REQUIRED, ...valuesOf(values, '')].map(
    ({ key, standard, about }) => `| \`${key}\` | ${standard === '' ? '' : `\`${cell(standard)}\``} | ${cell(about)} |`,
  )
  return `${HEAD}\n| value | default | |\n|---|---|---|\n${rows.join('\n')}\n`
}

const REQUIRED: Value = {
  key: 'cluster',
  standard: '',
  about:
    'Required: the name of the cluster in kind (`kind get clusters`). The prober on the host uses it to find the cluster.',
}

const HEAD = `# Portolan

Portolan shows which ports into a Kubernetes dev cluster can be reached, when that changed, and why, with the fix. This chart installs
its collector, and an agent on each node. The prober, which sees the ports from outside, runs on the machine that has the port
mappings: \`portolan prober\`.

    helm upgrade --install portolan CHART --namespace=portolan --create-namespace --set=cluster=NAME
    helm test portolan --namespace=portolan

\`CHART\` is this folder, or the address of the chart. The chart refuses an unknown or wrong value and names its key. The names
of the objects are fixed, since agents, probers and commands look for them: one release per cluster, in the namespace
\`portolan\` unless you run \`portolan prober\` with another \`--namespace\`.

## Values
`

function valuesOf(map: YAMLMap, path: string): Value[] {
  return (map.items as Pair<{ value: string; commentBefore?: string | null }, unknown>[]).flatMap(
    ({ key, value }, index) => {
      const name = path + key.value
      // Of the first key of a map yaml keeps the comment at the map.
      const comment = (index === 0 ? map.commentBefore : null) ?? key.commentBefore ?? ''
      const about = comment.split('\n\n').at(-1) ?? ''
      const isBranch = isMap(value) && value.items.length > 0 && value.flow !== true
      const self = { key: name, standard: isBranch ? '' : textOf(value), about: about.replaceAll(/\s+/g, ' ').trim() }
      if (!isBranch) return [self]
      return [...(self.about === '' ? [] : [self]), ...valuesOf(value, `${name}.`)]
    },
  )
}

function textOf(value: unknown): string {
  return isScalar(value) ? JSON.stringify(value.value) : String(value).trim().replaceAll(/\s+/g, ' ')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
