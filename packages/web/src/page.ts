import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { buildPage, PAGE_SOURCES } from './build.ts'

/** What a browser needs to show the page, by path. */
export type Page = ReadonlyMap<string, PageFile>

export interface PageFile {
  contentType: string
  body: Buffer
  gzipped: Buffer
}

/** Every view of the page has an address of its own, and each gets the same document. */
const VIEW_PATHS = ['/', '/timeline', '/incidents', '/incidents/:id', '/what-if', '/mesh', '/causes', '/causes/:cause']

/** At a hub each of its clusters has them all, and so has the fleet views of its own. */
export const PAGE_PATHS: readonly string[] = [
  ...VIEW_PATHS,
  '/fleet',
  '/fleet/incidents',
  ...VIEW_PATHS.map((path) => `/clusters/:sender/:cluster${path === '/' ? '' : path}`),
]

/** The page loads nothing but itself, runs nothing inline and talks to nobody but its own server. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Where a build of the program has put it, beside itself. */
const BUILT = join(import.meta.dirname, 'page')
const isBuilt = !import.meta.filename.endsWith('.ts')

const CONTENT_TYPES = {
  'index.html': 'text/html; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
}

let loaded: Promise<Page> | null = null

/** Once for this process. From the sources it is built in some tenths of a second; a build of the program brings it along. */
export function loadPage(): Promise<Page> {
  loaded ??= load()
  return loaded
}

async function load(): Promise<Page> {
  const texts = isBuilt ? await readBuilt(BUILT) : (await buildPage(PAGE_SOURCES)).files
  const files = Object.entries(CONTENT_TYPES).map(async ([name, contentType]) => {
    const body = Buffer.from(texts[name] ?? '')
    return [`/${name}`, { contentType, body, gzipped: await promisify(gzip)(body) }] as const
  })
  return new Map(await Promise.all(files))
}

async function readBuilt(folder: string): Promise<Record<string, Buffer>> {
  const files = Object.keys(CONTENT_TYPES).map(async (name) => [name, await readFile(join(folder, name))] as const)
  return Object.fromEntries(await Promise.all(files))
}
