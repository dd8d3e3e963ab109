import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { build } from 'esbuild'

/** Each costs memory that every node would pay. */
const TOO_LARGE = [
  'undici',
  'zod',
  'express',
  '@kubernetes/client-node',
  'prom-client',
  'packages/kube/',
  'packages/wire/',
]

test('an agent loads nothing that is not its own', async () => {
  const { metafile } = await build({
    absWorkingDir: join(import.meta.dirname, '../../..'),
    entryPoints: ['packages/agent/src/main.ts'],
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
    metafile: true,
  })
  const [output] = Object.values(metafile.outputs)
  const loaded = Object.entries(output?.inputs ?? {}).flatMap(([path, { bytesInOutput }]) =>
    bytesInOutput > 0 ? path : [],
  )
  const builtIn = output?.imports.map(({ path }) => path) ?? []
  expect(loaded).toContain('packages/agent/src/agent.ts')
  expect(
    loaded.filter((path) => TOO_LARGE.some((name) => path.includes(`/${name}/`) || path.startsWith(name))),
  ).toEqual([])
  expect(loaded.filter((path) => path.includes('/diagnosis/'))).toEqual([])
  expect(builtIn).not.toContain('node:sqlite')
})
