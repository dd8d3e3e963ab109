import { loadPage, PAGE_PATHS, PAGE_POLICY, type PageFile } from '@portolan/web'
import { type Response, Router } from 'express'
import type { ApiContext } from './context.ts'
import { Problem } from './problem.ts'

/** What is no page, and no place for one. */
const OTHERS = ['/api/', '/metrics', '/healthz', '/readyz']

/** The page that shows all this to people. */
export function pageRoutes({ log }: Pick<ApiContext, 'log'>): Router {
  const router = Router({ strict: true, caseSensitive: true })
  router.get([...PAGE_PATHS], (request, response) => send('/index.html', request.acceptsEncodings('gzip'), response))
  router.get(['/page.js', '/page.css', '/icon.svg'], (request, response) =>
    send(request.path, request.acceptsEncodings('gzip'), response),
  )

  /** A person with a browser is shown the page, which says that there is nothing; programs get a document. */
  router.get('/*path', (request, response, next) => {
    const isForPeople = request.accepts(['json', 'html']) === 'html'
    if (!isForPeople || OTHERS.some((path) => request.path.startsWith(path))) return next()
    return send('/index.html', request.acceptsEncodings('gzip'), response.status(404))
  })

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
