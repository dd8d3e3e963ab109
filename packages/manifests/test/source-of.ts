import { noFindings, readCluster, readManifests, type Source } from '../src/index.ts'

export function manifestsOf(...texts: string[]) {
  const findings = noFindings()
  const sources = texts.map((text, index) => sourceOf(text, `${index}.yaml`))
  return { ...readManifests(sources, findings), ...findings }
}

export function kindOf(text: string, name: string | null = null) {
  const findings = noFindings()
  const cluster = readCluster(sourceOf(text, 'kind.yaml'), { arch: 'amd64', name, kindName: null }, findings)
  return { cluster, ...findings }
}

export function sourceOf(text: string, name: string, from: Source['from'] = 'user'): Source {
  return { name, text, from, rendering: 'helm template CHART | portolan check -k kind.yaml -' }
}

export const KIND_HEAD = 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nname: dev\n'
