import { describe, expect, test } from '@jest/globals'
import { practise } from './practice.ts'
import { PRACTICE_FAULTS } from './practice-catalogue.ts'

/** What a short run takes of the faults that `pnpm lab` makes on the practice cluster. */
const SAMPLE = ['another process takes', 'a NetworkPolicy comes that lets in pods only', 'desktop engine: policy Local']

describe('faults that are made on a practice cluster', () => {
  const faults = PRACTICE_FAULTS.filter(({ name }) => SAMPLE.some((start) => name.startsWith(start)))

  test.each(faults.map((fault) => [fault.name, fault] as const))('%s', async (_, fault) => {
    const said = (await practise(fault)).get('host only')
    expect(said).toMatchObject({ grade: 'named', wrong: [] })
  })
})
