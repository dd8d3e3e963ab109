import { configIn } from './config-in.ts'
import { configElsewhere } from './elsewhere.ts'
import { readK3dCluster } from './k3d-cluster.ts'
import { readKindCluster } from './kind-cluster.ts'
import type { ClusterOptions, PlannedCluster } from './planned-cluster.ts'
import type { Findings } from './problem.ts'
import type { Source } from './source.ts'
import { isTemplate, reportTemplate } from './template.ts'

/** @returns null, with the faults among the problems, for a file that its tool would refuse */
export function readCluster(source: Source, options: ClusterOptions, findings: Findings): PlannedCluster | null {
  const before = findings.problems.length
  const cluster = clusterIn(source, options, findings)
  const elsewhere = cluster === null ? configElsewhere(source.text) : null
  if (elsewhere !== null) {
    findings.problems.splice(before, Infinity, { file: source.name, line: 1, message: elsewhere })
  }
  return cluster
}

function clusterIn(source: Source, options: ClusterOptions, findings: Findings): PlannedCluster | null {
  const found = configIn(source)
  if (found === null) {
    findings.problems.push({ file: source.name, line: 1, message: 'is empty, not a kind config' })
    return null
  }
  if (isTemplate({ ...source, text: found.chunk.text })) {
    reportTemplate(source, findings)
    return null
  }
  return found.isOfK3d ? readK3dCluster(found.chunk, options, findings) : readKindCluster(found, options, findings)
}
