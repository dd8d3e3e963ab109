import type { VolumeClaimSnapshot, VolumeSnapshot } from '@portolan/core'
import type { z } from 'zod'
import { identify } from './identify.ts'
import { termOf } from './placement.ts'
import type { volume, volumeClaim } from './schema.ts'

export function trimVolume({ metadata, spec }: z.output<typeof volume>): VolumeSnapshot {
  const terms = spec.nodeAffinity?.required?.nodeSelectorTerms ?? []
  return { ...identify('PersistentVolume', metadata), namespace: '', nodeTerms: terms.map(termOf) }
}

export function trimVolumeClaim({ metadata, spec }: z.output<typeof volumeClaim>): VolumeClaimSnapshot {
  return { ...identify('PersistentVolumeClaim', metadata), volume: spec.volumeName ?? '' }
}
