import type { RequestHandler } from 'express'
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

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

function hostnameOf(header: string): string {
  return header
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase()
}
