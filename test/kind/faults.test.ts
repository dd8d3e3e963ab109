import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { SAMPLE } from '../faults/catalogue.ts'
import { makeFault } from '../faults/lab.ts'
import { type Lab, openLab } from '../faults/open-lab.ts'

/** A sample of what `pnpm lab` makes: the host alone and an installation with agents look on together. */
describe('faults that are made on purpose', () => {
  let lab: Lab

  beforeAll(async () => {
    lab = await openLab()
  })
  afterAll(async () => {
    await lab?.bed.reset()
    await lab?.[Symbol.asyncDispose]()
  })

  test.each(SAMPLE.map((fault) => [fault.name, fault] as const))('%s', async (_, fault) => {
    const judgements = await makeFault(lab.bed, lab.observers, fault)
    for (const [set, { isRight, wrong, last }] of judgements)
      expect([set, isRight, wrong, last?.cause]).toEqual([set, true, [], last?.cause])
  })
})
