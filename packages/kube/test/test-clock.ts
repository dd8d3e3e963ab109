import { createFakeClock } from '@portolan/testing'

/** Back-offs are shorter than this, the limits on silence and the times between comparisons longer. */
const SHORT_MS = 20_000

/** A fake clock whose short waits are over at once. */
export function createTestClock() {
  const fake = createFakeClock()
  function after(ms: number, run: () => void): () => void {
    if (ms >= SHORT_MS) return fake.after(ms, run)
    const immediate = setImmediate(() => {
      fake.stall(ms)
      run()
    })
    return () => clearImmediate(immediate)
  }
  return { clock: { ...fake, after }, pass: fake.advance }
}
