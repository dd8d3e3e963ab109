import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { accessMountedAt, inClusterAccess } from '../src/in-cluster.ts'

const ENV = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' }

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mounted-'))
  writeFileSync(join(folder, 'token'), 'first')
  writeFileSync(join(folder, 'ca.crt'), 'pem')
})
afterAll(() => rmSync(folder, { recursive: true }))

test.each([
  [ENV, 'https://10.96.0.1:443'],
  [{ ...ENV, KUBERNETES_SERVICE_HOST: 'fd00::1' }, 'https://[fd00::1]:443'],
])('a pod reaches the API server where its environment says (%o)', (env, server) => {
  expect(accessMountedAt(folder, env)).toMatchObject({ context: 'in-cluster', server })
})

test.each([
  ['without the environment of a pod', () => inClusterAccess({}), 'KUBERNETES_SERVICE_HOST'],
  ['without a mounted token', () => accessMountedAt(join(folder, 'none'), ENV), 'there is no'],
])('%s it says that this is no pod', (_, find, why) => {
  expect(find).toThrow(
    expect.objectContaining({ code: 'context_not_found', message: expect.stringContaining(why), exitCode: 2 }),
  )
})
