import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createCredentials } from '../src/credentials.ts'

let folder: string
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'credentials-'))))
afterAll(() => rmSync(folder, { recursive: true }))

function optionsFor(user: Record<string, unknown> | null) {
  return createCredentials({
    cluster: { name: 'sea', cluster: { server: 'https://127.0.0.1:1' } },
    user: user && { name: 'sailor', user },
  })()
}

describe('a request is authorized', () => {
  test('by a token', async () => {
    expect((await optionsFor({ token: 'abc' })).headers).toEqual({ Authorization: 'Bearer abc' })
  })

  test('by a token in a file', async () => {
    const tokenFile = join(folder, 'token')
    writeFileSync(tokenFile, 'from-file')
    expect((await optionsFor({ tokenFile })).headers).toEqual({ Authorization: 'Bearer from-file' })
  })

  test('by a plugin', async () => {
    const credential = JSON.stringify({ status: { token: 'from-plugin' } })
    const exec = { command: process.execPath, args: ['-p', JSON.stringify(credential)] }
    expect((await optionsFor({ exec })).headers).toEqual({ Authorization: 'Bearer from-plugin' })
  })

  test('by a certificate', async () => {
    const encoded = Buffer.from('pem').toString('base64')
    const options = await optionsFor({ 'client-certificate-data': encoded, 'client-key-data': encoded })
    expect(String(options.cert)).toBe('pem')
    expect(options.headers).toEqual({})
  })

  test('as nobody where the context names no user', async () => {
    expect((await optionsFor(null)).headers).toEqual({})
  })
})
