import type { V1PersistentVolume, V1PersistentVolumeClaim } from '@kubernetes/client-node'
import type { VolumeClaimSnapshot, VolumeSnapshot } from '@portolan/core'
import { identify } from './metadata.ts'
import { termOf } from './placement.ts'

export function trimVolume(volume: V1PersistentVolume): VolumeSnapshot {
  const terms = volume.spec?.nodeAffinity?.required?.nodeSelectorTerms ?? []
  return { kind: 'PersistentVolume', ...identify(volume), nodeTerms: terms.map(termOf) }
}

export function trimVolumeClaim(claim: V1PersistentVolumeClaim): VolumeClaimSnapshot {
  return { kind: 'PersistentVolumeClaim', ...identify(claim), volume: claim.spec?.volumeName ?? '' }
}
