import { type Findings, readKindCluster, readManifests } from '../src/index.ts'

export function manifestsOf(...texts: string[]) {
  const findings: Findings = { problems: [], notes: [] }
  const sources = texts.map((text, index) => ({ name: `${index}.yaml`, text }))
  return { ...readManifests(sources, findings), ...findings }
}

export function kindOf(text: string) {
  const findings: Findings = { problems: [], notes: [] }
  const cluster = readKindCluster({ name: 'kind.yaml', text }, { arch: 'amd64', name: null }, findings)
  return { cluster, ...findings }
}

export const KIND_HEAD = 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nname: dev\n'
