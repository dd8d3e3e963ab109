import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

export const CHART = join(import.meta.dirname, 'chart')
const KUBERNETES = '1.34.0'

/** What the chart makes with these values, but for what `helm test` runs, (`key=value`), installed as `portolan` in the namespace `portolan`. Needs helm. */
export function render(...values: string[]): { ok: boolean; text: string } {
  const words = ['template', 'portolan', CHART, '--namespace', 'portolan', '--kube-version', KUBERNETES, '--skip-tests']
  const { error, status, stdout, stderr } = spawnSync('helm', [...words, ...values.flatMap((one) => ['--set', one])], {
    encoding: 'utf8',
  })
  if (error !== undefined) throw error
  return status === 0 ? { ok: true, text: stdout } : { ok: false, text: stderr }
}

const HEAD = `# Written from the chart by deploy/write.ts. For a cluster of another name than kind change --cluster and PORTOLAN_CLUSTER.
---
apiVersion: v1
kind: Namespace
metadata:
  name: portolan
  labels:
    pod-security.kubernetes.io/enforce: restricted
    pod-security.kubernetes.io/audit: restricted
    pod-security.kubernetes.io/warn: restricted
`

/** For `kubectl apply`, without what only Helm reads. */
export function plainManifests(): string {
  const { ok, text } = render('cluster=kind')
  if (!ok) throw new Error(text)
  return (
    HEAD + text.replaceAll(/^# Source: .*\n|^ *(?:app\.kubernetes\.io\/managed-by: Helm|helm\.sh\/chart: .*)\n/gm, '')
  )
}
