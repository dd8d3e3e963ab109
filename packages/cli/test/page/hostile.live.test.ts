import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { type Fact, mapStrings } from '@portolan/core'
import { type Browser, chromium, type Page } from 'playwright-core'
import type { Block } from '../../src/report/block.ts'
import { htmlOf } from '../../src/report/html.ts'
import { startAgentsCluster } from './agents-cluster.ts'
import { overhang } from './barriers.ts'
import { findChromium } from './chromium.ts'
import { startStory } from './story.ts'

const executablePath = findChromium()
const inBrowser = executablePath === null ? describe.skip : describe

/** Sentences and words that somebody else writes. */
const WRITTEN = new Set(['message', 'reason', 'detail', 'excerpt', 'why', 'operatingSystem', 'endpoint', 'version'])

/** Every name in the recording is another one, everywhere, and every sentence ends with the hostile text. */
function disguised(fact: Fact, names: (name: string) => string, hostile: string): Fact {
  let text = JSON.stringify(fact)
  for (const name of ['practice', 'web-everywhere', 'web', 'default']) {
    text = text.replaceAll(name, `\ue000${name}\ue000`)
  }
  return mapStrings(JSON.parse(text), (value, key) => {
    const named = value.replaceAll(/\ue000+([a-z-]+)\ue000+/g, (_, name: string) => names(name))
    return WRITTEN.has(key) ? `${named}${hostile}` : named
  }) as Fact
}

const HOSTILE = {
  markup: `"'><img src=x onerror="owned=1"><script>owned=1</script><svg onload=owned=1><iframe srcdoc="<script>top.owned=1</script>"></iframe><a href="javascript:owned=1">x</a>`,
  styles: `;}*{display:none!important}</style><style>body{background:url(http://127.0.0.1:9/leak)}</style><base href="http://127.0.0.1:9/">`,
  addresses: '/../..//127.0.0.1:9/?port=x#javascript:owned=1&%2e%2e%2f%00%0d%0aSet-Cookie:owned=1',
  letters: '\u202e\u2066\u200f\u0000\u001b[2J\u0301'.repeat(20),
  length: 'W'.repeat(1500),
}
const OBJECTS: Record<string, string> = {
  practice: '__proto__',
  'web-everywhere': 'constructor',
  web: 'toString',
  default: 'hasOwnProperty',
}

const ADDRESSES = [
  '/',
  '/?port={PORT}',
  '/timeline',
  '/timeline?port={PORT}',
  '/incidents',
  '/incidents/{INCIDENT}',
  '/mesh',
  '/causes',
  '/causes/{INCIDENT}',
]

inBrowser('a cluster whose every name and text is hostile', () => {
  let browser: Browser
  const faults: string[] = []

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] })
  }, 60_000)

  afterEach(async () => {
    for (const context of browser.contexts()) await context.close()
    expect(faults.splice(0)).toEqual([])
  })

  afterAll(async () => browser.close())

  async function open(url: string, path: string): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    const page = await context.newPage()
    page.on('pageerror', (error) => faults.push(`${path}: ${error.message}`))
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('net::ERR_')) faults.push(`${path}: ${message.text()}`)
    })
    page.on('request', (request) => {
      if (!request.url().startsWith(`${url}/`)) faults.push(`${path}: asks ${request.url()}`)
    })
    await page.goto(`${url}${path}`)
    await page.locator('main h1, main h2, main canvas').first().waitFor({ state: 'attached' })
    await page.locator('main [aria-busy=true]').waitFor({ state: 'detached' })
    return page
  }

  /** Whatever is no part of the page itself. */
  async function foreignIn(page: Page): Promise<string[]> {
    return await page.evaluate<string[]>(`[
      ...document.querySelectorAll('body script:not([src="/page.js"]), body style, iframe, object, embed, base, form:not(.note-form), meta[http-equiv]'),
      ...[...document.images].filter((image) => image.getAttribute('src') !== '/icon.svg'),
      ...[...document.querySelectorAll('*')].filter((one) => [...one.attributes].some(({ name }) => name.startsWith('on'))),
      ...[...document.links].filter((link) => link.origin !== location.origin),
    ].map((one) => one.outerHTML.slice(0, 200)).concat(typeof owned === 'undefined' ? [] : ['owned'])`)
  }

  async function visit(url: string, paths: string[]): Promise<void> {
    for (const path of paths) {
      const page = await open(url, path)
      await expectInShape(page, path)
      await page.locator('main details').evaluateAll((all) => all.forEach((one) => one.setAttribute('open', '')))
      for (const fold of await page.locator('main .fold').all()) await fold.click()
      // Of these one is shown at a time.
      const sections = page.locator('main .section-names [aria-expanded]')
      for (const name of await sections.allTextContents()) {
        await sections.filter({ hasText: name.replace(/ \(.*/, '') }).click()
        await expectInShape(page, `${path}, ${name}`)
      }
      await expectInShape(page, path)
      await page.context().close()
    }
  }

  async function expectInShape(page: Page, path: string): Promise<void> {
    for (const width of [1280, 420]) {
      await page.setViewportSize({ width, height: 800 })
      expect({ path, foreign: await foreignIn(page) }).toEqual({ path, foreign: [] })
      expect({ path, width, overhang: await overhang(page) }).toEqual({ path, width, overhang: 0 })
    }
  }

  test.each<[string, (name: string) => string, string]>([
    ...Object.entries(HOSTILE).map(([what, text]): [string, (name: string) => string, string] => [
      what,
      (name) => `${name}${text}`,
      text,
    ]),
    ['names of what every object has', (name) => OBJECTS[name] ?? name, '__proto__'],
  ])(
    'shows them as text, stays in shape and asks nobody else: %s',
    async (_, names, hostile) => {
      const story = await startStory(0, (fact) => disguised(fact, names, hostile))
      try {
        await story.goOn()
        const { targets } = (await (await fetch(`${story.url}/api/v1/targets`)).json()) as {
          targets: { cluster: string }[]
        }
        const cluster = targets[0]?.cluster.toWellFormed() ?? ''
        expect(cluster).toBe(names('practice').toWellFormed())
        const { incidents } = (await (await fetch(`${story.url}/api/v1/incidents`)).json()) as {
          incidents: { id: string }[]
        }
        const paths = ADDRESSES.map((path) =>
          path
            .replace('{PORT}', encodeURIComponent(`${cluster}/host:30080`))
            .replaceAll('{INCIDENT}', encodeURIComponent(incidents[0]?.id.toWellFormed() ?? 'none')),
        )
        await visit(story.url, paths)
      } finally {
        await story.stop()
      }
    },
    300_000,
  )

  test('whose agents have such names, too', async () => {
    const nodes = Object.values(HOSTILE).map((text, index) => `dev-worker${index + 2}${text}`)
    const cluster = await startAgentsCluster({
      nodes: ['dev-control-plane', 'dev-worker', 'dev-worker2', ...nodes],
      see: ({ target }) => (target.startsWith('peer:dev-worker3') ? { symptom: 'silent' } : undefined),
    })
    try {
      await visit(cluster.url, ['/mesh', '/', '/?port=dev/host:30080', '/timeline'])
    } finally {
      await cluster.stop()
    }
  }, 120_000)

  test.each(Object.entries(HOSTILE))('in a report is text, and the report stays in shape: %s', async (_, text) => {
    const blocks: Block[] = [
      ...(['title', 'heading', 'subheading', 'paragraph', 'command', 'diff'] as const).map((kind) => ({ kind, text })),
      { kind: 'list', items: [text] },
      { kind: 'table', head: [text], rows: [[text]], numbers: [] },
    ]
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    page.on('request', (request) => faults.push(`asks ${request.url()}`))
    await page.setContent(htmlOf(blocks))
    const tags = await page.evaluate<string[]>(
      `[...new Set([...document.body.querySelectorAll('*')].map(({ localName }) => localName))].sort()`,
    )
    expect(tags).toEqual([
      'code',
      'div',
      'h1',
      'h2',
      'h3',
      'li',
      'p',
      'pre',
      'table',
      'tbody',
      'td',
      'th',
      'thead',
      'tr',
      'ul',
    ])
    expect(await page.evaluate('typeof owned')).toBe('undefined')
    expect(await overhang(page)).toBe(0)
  })
})
