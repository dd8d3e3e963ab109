import { type Around, type Claim, claimOf, type Template, type Volume } from './around.ts'
import { fieldsOf, listOf, textOf } from './fields.ts'

/** Why a claim that the pods mount may be bound to no volume, so that they wait; null for none. */
export function unboundClaim(around: Around, { namespace, spec, claimTemplates }: Template): string | null {
  const made = new Set(claimTemplates.map((one) => textOf(fieldsOf(one['metadata'])['name'])))
  for (const volume of listOf(spec['volumes'])) {
    const { persistentVolumeClaim, ephemeral } = volume
    const own = unboundBecause(around, claimOf(fieldsOf(fieldsOf(fieldsOf(ephemeral)['volumeClaimTemplate'])['spec'])))
    if (ephemeral != null && own !== null) return `makes a PersistentVolumeClaim for each pod, which ${own}`
    const name = textOf(fieldsOf(persistentVolumeClaim)['claimName'])
    if (name === '' || made.has(textOf(volume['name']))) continue
    const claim = around.claims.get(`${namespace}/${name}`)
    const because =
      claim === undefined ? 'is not among the files: without it the pods wait' : unboundBecause(around, claim)
    if (because !== null) return `mounts PersistentVolumeClaim ${name}, which ${because}`
  }
  for (const one of claimTemplates) {
    const because = unboundBecause(around, claimOf(fieldsOf(one['spec'])))
    if (because !== null)
      return `makes a PersistentVolumeClaim ${textOf(fieldsOf(one['metadata'])['name'])}, which ${because}`
  }
  return null
}

/** Source: Rancher's local-path-provisioner, which both bring. */
const OWN_MODES = new Set(['ReadWriteOnce', 'ReadWriteOncePod'])

function unboundBecause({ classes, volumes, ownClasses }: Around, claim: Claim): string | null {
  const { className, modes, volume } = claim
  if (volume !== '') return null
  const isDefaultGiven = classes.values().some(({ isDefault }) => isDefault)
  const names = className === null ? (isDefaultGiven ? [] : [...ownClasses, '']) : [className]
  if (volumes.values().some((one) => names.includes(one.className) && holds(one, claim))) return null
  if (className === null && isDefaultGiven) return null
  if (className === '') return 'wants a volume that is there already, and none among the files fits'
  const given = className === null ? undefined : classes.get(className)
  if (given !== undefined) {
    return given.provisioner === 'kubernetes.io/no-provisioner' ? 'finds no volume among the files that fits' : null
  }
  if (className !== null && !ownClasses.has(className)) {
    return `asks for StorageClass ${className}, which is not among the files: without it the pods wait`
  }
  const odd = modes.find((mode) => !OWN_MODES.has(mode))
  return odd === undefined ? null : `asks for ${odd}: the cluster's own StorageClass gives ReadWriteOnce alone`
}

function holds(volume: Volume, { modes, size }: Claim): boolean {
  return modes.every((mode) => volume.modes.includes(mode)) && volume.size >= size
}
