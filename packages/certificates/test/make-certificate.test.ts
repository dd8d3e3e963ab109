import { createPrivateKey, X509Certificate } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { makeCertificate } from '../src/index.ts'

test('a certificate is one for its host alone, for its time alone, and no authority for others', async () => {
  const [from, to] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-04-01T00:00:00Z')]
  const { cert, key } = await makeCertificate('portolan-collector.portolan.svc', from, to)
  const read = new X509Certificate(cert)
  expect(read.subjectAltName).toBe('DNS:portolan-collector.portolan.svc')
  expect([read.validFromDate, read.validToDate]).toEqual([from, to])
  expect(read.ca).toBe(false)
  expect(read.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
  expect(read.verify(read.publicKey)).toBe(true)
  expect(read.checkPrivateKey(createPrivateKey(key))).toBe(true)
})

test('two of them share neither key nor number', async () => {
  const [one, other] = await Promise.all([1, 2].map(() => makeCertificate('a', new Date(0), new Date(1))))
  expect(one?.key).not.toBe(other?.key)
  const [first, second] = [one, other].map((each) => new X509Certificate(each?.cert ?? '').serialNumber)
  expect(first).not.toBe(second)
})
