import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What keeps people out of the page, as far as axe finds it, with the elements. */
export async function barriersOf(page: Page): Promise<{ id: string; impact: string; nodes: string[] }[]> {
  // The page's policy lets nothing in from outside, so it comes with the tool.
  await page.evaluate(AXE)
  return page.evaluate(async () => {
    const { violations } = await (globalThis as any).axe.run()
    return violations.map((one: any) => ({
      id: one.id,
      impact: one.impact,
      nodes: one.nodes.map((node: any) => node.html),
    }))
  })
}

/** By how many pixels it is wider than the window. */
export function overhang(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
}
