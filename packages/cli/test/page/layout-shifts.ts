import type { Page } from 'playwright-core'

/** A jump of what is on the page that nobody caused by a click or key. */
export interface Shift {
  /** Its part of the cumulative layout shift. Source: W3C, "Layout Instability". */
  value: number
  /** What jumped. */
  what: string[]
}

/** To be called before the page is opened. */
export async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(`{
    globalThis.shifts = []
    const nameOf = ({ node }) => node === null ? 'gone' : node.nodeName + '.' + (node.className?.baseVal ?? node.className)
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput, sources } of list.getEntries())
        if (!hadRecentInput) shifts.push({ value, what: sources.map(nameOf) })
    }).observe({ type: 'layout-shift', buffered: true })
  }`)
}

export function shiftsOf(page: Page): Promise<Shift[]> {
  return page.evaluate<Shift[]>('shifts')
}

export function sumOf(shifts: readonly Shift[]): number {
  return shifts.reduce((sum, { value }) => sum + value, 0)
}
