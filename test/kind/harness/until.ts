import { setTimeout } from 'node:timers/promises'

/** Asks again and again until it holds; for what sends no word by itself. @throws after seven minutes: a container that crashed is started again after up to five */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 420_000
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`)
    await setTimeout(200)
  }
}
