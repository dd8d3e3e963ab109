import { loadPage, PAGE_PATHS, PAGE_POLICY, type PageFile } from '@portolan/web'
import { type Response, Router } from 'express'
import type { ApiContext } from './context.ts'
import { Problem } from './problem.ts'

/** The page that shows all this to people. */
export function pageRoutes({ log }: ApiContext): Router {
  const router = Router({ strict: true, caseSensitive: true })
  router.get([...PAGE_PATHS], (request, response) => send('/index.html', request.acceptsEncodings('gzip'), response))
  router.get(['/page.js', '/page.css', '/icon.svg'], (request, response) =>
    send(request.path, request.acceptsEncodings('gzip'), response),
  )

  async function send(path: string, gzip: string | false, response: Response): Promise<void> {
    const file = await read(path)
    response.set({ 'Content-Type': file.contentType, 'Content-Security-Policy': PAGE_POLICY, Vary: 'Accept-Encoding' })
    if (gzip !== false) response.set('Content-Encoding', 'gzip')
    response.end(gzip === false ? file.body : file.gzipped)
  }

  async function read(path: string): Promise<PageFile> {
    try {
      const file = (await loadPage()).get(path)
      if (file !== undefined) return file
    } catch (error) {
      log.error({ err: error }, 'the page could not be built')
    }
    throw new Problem(500, 'the page could not be built; the log says why')
  }

  return router
}
