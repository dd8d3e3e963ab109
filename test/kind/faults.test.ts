import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { SAMPLE } from '../faults/catalogue.ts'
import { makeFault } from '../faults/lab.ts'
import { type Lab, openLab } from '../faults/open-lab.ts'
import { PROXY_MODES } from './harness/make-cluster.ts'
import { setProxyMode } from './harness/proxy-mode.ts'

/** A sample of what `pnpm lab` makes: the host alone and an installation with agents look on together. */
describe('faults that are made on purpose', () => {
  let lab: Lab | undefined

  beforeAll(async () => {
    lab = await openLab()
  })
  afterAll(async () => {
    if (lab === undefined) return
    await lab.beds[0].reset()
    await setProxyMode(lab.beds[0].context, 'iptables')
    await lab[Symbol.asyncDispose]()
  })

  function opened(): Lab {
    if (lab === undefined) throw new Error('the lab was not opened')
    return lab
  }

  describe.each(PROXY_MODES)('with kube-proxy in %s mode', (mode) => {
    beforeAll(() => setProxyMode(opened().beds[0].context, mode))

    test.each(SAMPLE[mode].map((fault) => [fault.name, fault] as const))('%s', async (_, fault) => {
      const judgements = await makeFault(opened().beds[0], opened().observers, fault)
      for (const [set, { grade, wrong, last }] of judgements) {
        const { cause } = fault
        const words = [last?.cause, ...(last?.candidates ?? [])]
        expect({ set, grade, wrong, words }).toMatchObject({ wrong: [], words: expect.arrayContaining([cause]) })
      }
    })
  })
})
