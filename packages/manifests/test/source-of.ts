import { type Problem, readKindCluster, readManifests } from '../src/index.ts'

export function manifestsOf(...texts: string[]) {
  const problems: Problem[] = []
  const sources = texts.map((text, index) => ({ name: `${index}.yaml`, text }))
  return { ...readManifests(sources, problems), problems }
}

export function kindOf(text: string) {
  const problems: Problem[] = []
  const cluster = readKindCluster({ name: 'kind.yaml', text }, { arch: 'amd64' }, problems)
  return { cluster, problems }
}

export const KIND_HEAD = 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nname: dev\n'
