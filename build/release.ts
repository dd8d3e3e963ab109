import { hash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { buildInfo } from '@portolan/runtime'
import { outputOf, run } from '../deploy/run.ts'
import { releaseRepository } from './release-address.ts'
import { partOfRelease, releaseNotes } from './release-notes.ts'
import { writeChart } from './write-chart.ts'

/**
 * `node build/release.ts [--tag vVERSION] [--digest sha256:...] [--out FOLDER]`: writes what a release publishes beside the image
 * into `dist/release`: its notes, and in `files` the npm package, the chart, and what lies there already (the bills of materials of
 * the image), with a bill of materials of the package and the checksums of all. Without a tag: as the next release would be.
 */
const { values } = parseArgs({
  options: { tag: { type: 'string', default: '' }, digest: { type: 'string', default: '' }, out: { type: 'string' } },
})
const { version } = buildInfo
const out = resolve(values.out ?? join(import.meta.dirname, '../dist/release'))
const files = join(out, 'files')
const work = mkdtempSync(join(tmpdir(), 'portolan-release-'))
const notes = releaseNotes(
  readFileSync(join(import.meta.dirname, '../CHANGELOG.md'), 'utf8'),
  partOfRelease(values.tag, version),
)

mkdirSync(files, { recursive: true })
writeFileSync(join(out, 'notes.md'), notes)
try {
  packNpm()
  packChart()
} finally {
  rmSync(work, { recursive: true })
}
const names = readdirSync(files).filter((name) => name !== 'SHA256SUMS')
const sums = names.sort().map((name) => `${hash('sha256', readFileSync(join(files, name)))}  ${name}\n`)
writeFileSync(join(files, 'SHA256SUMS'), sums.join(''))
process.stdout.write(sums.join(''))

function packNpm(): void {
  const archive = `portolan-${version}.tgz`
  run([process.execPath, 'build/package.ts', join(work, 'npm')])
  copyFileSync(join(work, 'npm', archive), join(files, archive))
  const bill = outputOf(['tar', '-xzOf', join(files, archive), 'package/sbom.cdx.json'])
  writeFileSync(join(files, `portolan-${version}.npm.cdx.json`), bill)
}

/** By tar, since helm's own archives carry the time at which they are made. */
function packChart(): void {
  const repository = releaseRepository(process.env)
  writeChart(join(work, 'portolan'), repository === null ? null : { repository, digest: values.digest, notes })
  run(['helm', 'lint', '--quiet', '--set=cluster=kind', join(work, 'portolan')])
  const same = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=u=rwX,go=rX']
  const { error, status, stdout } = spawnSync('tar', ['--format=ustar', ...same, '-C', work, '-cf', '-', 'portolan'], {
    maxBuffer: 1 << 26,
  })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error('the chart could not be packed')
  writeFileSync(join(files, `portolan-chart-${version}.tgz`), gzipSync(stdout))
}
