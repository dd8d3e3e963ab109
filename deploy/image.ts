import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { buildInfo } from '@portolan/runtime'

/** Builds `dist` and from it the image `portolan:VERSION`, with the container engine that kind uses. */
const { version } = buildInfo
const engine = process.env['KIND_EXPERIMENTAL_PROVIDER'] ?? 'docker'

for (const [command, ...words] of [
  [process.execPath, 'build.ts'],
  [engine, 'build', '--build-arg', `VERSION=${version}`, '--tag', `portolan:${version}`, '.'],
] as const) {
  process.stdout.write(`$ ${[command, ...words].join(' ')}\n`)
  const { status, error } = spawnSync(command, words, { cwd: join(import.meta.dirname, '..'), stdio: 'inherit' })
  if (error !== undefined) throw error
  if (status !== 0) process.exit(status ?? 1)
}
