import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildInfo } from '@portolan/runtime'
import { type Document, parseDocument } from 'yaml'
import { addressOf } from './release-address.ts'
import { changesOf } from './release-notes.ts'

const CHART = join(import.meta.dirname, '../deploy/chart')

/** What a release knows and the repository does not. */
export interface Release {
  /** owner/name */
  repository: string
  /** Of the image, as sha256:... Where it is empty, the chart takes the image by its tag. */
  digest: string
  notes: string
}

/** Writes the chart; for a release with the addresses at which its image and its documents are. */
export function writeChart(folder: string, release: Release | null): void {
  cpSync(CHART, folder, { recursive: true })
  if (release === null) return
  edit(join(folder, 'Chart.yaml'), describeRelease(release))
  edit(join(folder, 'values.yaml'), {
    'image.repository': imageName(release.repository),
    'image.digest': release.digest,
    'monitoring.runbookUrl': `${documentAt(release.repository)}/docs/alerts.md`,
  })
}

export function imageName(repository: string): string {
  return `ghcr.io/${repository.toLowerCase()}`
}

function documentAt(repository: string): string {
  return `${addressOf(repository)}/blob/v${buildInfo.version}`
}

function describeRelease({ repository, digest, notes }: Release): Record<string, unknown> {
  const { version } = buildInfo
  const image = `${imageName(repository)}:${version}${digest === '' ? '' : `@${digest}`}`
  const links = [
    { name: 'Documentation', url: `${documentAt(repository)}/docs/install.md` },
    { name: 'Support', url: `${addressOf(repository)}/issues` },
  ]
  return {
    home: addressOf(repository),
    sources: [addressOf(repository)],
    icon: `https://raw.githubusercontent.com/${repository}/v${version}/packages/web/page/icon.svg`,
    'annotations.artifacthub~io/images': yamlText([{ name: 'portolan', image }]),
    'annotations.artifacthub~io/changes': yamlText(changesOf(notes)),
    'annotations.artifacthub~io/links': yamlText(links),
    'annotations.artifacthub~io/prerelease': String(version.includes('-')),
  }
}

/** Artifact Hub reads annotations as YAML, of which JSON is a part. */
function yamlText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

/** Sets keys such as `a.b` and leaves the rest, comments too. In a key `~` means a dot. */
function edit(file: string, values: Record<string, unknown>): void {
  const document: Document = parseDocument(readFileSync(file, 'utf8'))
  for (const [key, value] of Object.entries(values)) {
    document.setIn(
      key.split('.').map((part) => part.replaceAll('~', '.')),
      value,
    )
  }
  writeFileSync(file, document.toString({ lineWidth: 0 }))
}
