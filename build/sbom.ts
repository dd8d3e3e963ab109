import type { BundledPackage } from './bundled-packages.ts'

/** As much of a component as we say in CycloneDX 1.6. */
export interface Component {
  type: 'application' | 'library' | 'platform' | 'container' | 'operating-system'
  'bom-ref': string
  name: string
  version: string
  purl?: string
  licenses?: [{ expression: string }]
}

/** A software bill of materials in CycloneDX 1.6. It carries no time and no serial number: the same parts give the same bytes. */
export function sbomText(subject: Component, parts: readonly Component[]): string {
  const refs = parts.map((part) => part['bom-ref'])
  const bom = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: subject },
    components: parts,
    dependencies: [{ ref: subject['bom-ref'], dependsOn: refs }, ...refs.map((ref) => ({ ref }))],
  }
  return `${JSON.stringify(bom, null, 2)}\n`
}

export function npmComponent({ name, version, license }: Omit<BundledPackage, 'texts'>): Component {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${encodeURIComponent(version)}`
  return { type: 'library', 'bom-ref': purl, name, version, purl, licenses: [{ expression: license }] }
}

/** The installed packages of a Debian, from its `/var/lib/dpkg/status`. */
export function debianComponents(status: string): Component[] {
  return status.split('\n\n').flatMap((entry) => {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(entry)?.[1] ?? ''
    if (field('Status') !== 'install ok installed') return []
    const [name, version] = [field('Package'), field('Version')]
    const purl = `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${field('Architecture')}`
    return [{ type: 'library' as const, 'bom-ref': purl, name, version, purl }]
  })
}
