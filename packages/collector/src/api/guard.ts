import { isLoopback as isLoopbackAddress } from '@portolan/core'
import type { Request, RequestHandler } from 'express'
import { Problem } from './problem.ts'

/** No page of another origin may frame, load or sniff what is served here. */
export const securityHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  })
  next()
}

/**
 * A server on loopback answers only to the names of loopback: a page in the user's browser cannot reach it through a
 * name of its own that it points at 127.0.0.1 (DNS rebinding).
 */
export const loopbackNamesOnly: RequestHandler = (request, _response, next) => {
  if (!isLoopback(hostnameOf(request.headers.host ?? ''))) {
    throw new Problem(421, `this server answers to localhost, not to "${request.headers.host ?? ''}"`)
  }
  next()
}

const OWN_SITES: readonly string[] = ['same-origin', 'none']

/**
 * Keeps pages of other sites from using this server through the user's browser. A link from a chat or from Grafana still
 * opens the page.
 *
 * Source: W3C, "Fetch Metadata Request Headers": every browser sends them, to loopback too; other programs send none.
 */
export const ownSiteOnly: RequestHandler = (request, _response, next) => {
  const site = request.get('sec-fetch-site')
  if (site === undefined || OWN_SITES.includes(site) || opensPage(request)) return next()
  throw new Problem(403, `requests from pages of another site are refused (Sec-Fetch-Site: ${site})`)
}

function opensPage({ method, path, headers }: Request): boolean {
  const isNavigation = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  return method === 'GET' && isNavigation && !/^\/api(\/|$)/i.test(path)
}

/** Of a host as it is named in an address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || isLoopbackAddress(host)
}

function hostnameOf(header: string): string {
  return header
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase()
}
