import { STATUS_CODES } from 'node:http'
import { type Log, PortolanError } from '@portolan/core'
import type { ProblemDocument } from '@portolan/wire'
import type { ErrorRequestHandler, RequestHandler, Response } from 'express'

/** An answer other than the one that was asked for. The title is the status' own. */
export class Problem extends Error {
  override name = 'Problem'
  readonly status: number
  readonly errors: ProblemDocument['errors']

  constructor(status: number, detail: string, errors?: ProblemDocument['errors']) {
    super(detail)
    this.status = status
    this.errors = errors
  }
}

export const notFound: RequestHandler = (request) => {
  throw new Problem(404, `there is nothing at ${request.path}`)
}

/** Reading is all that can be done, but for notes. */
export const readOnly: RequestHandler = (request, response, next) => {
  if (request.method === 'GET' || request.method === 'HEAD') return next()
  response.set('Allow', 'GET, HEAD')
  throw new Problem(405, `${request.method} is not possible here`)
}

/** Answers errors as problem details (RFC 9457); what nobody foresaw is logged and not shown. */
export function answerProblems(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error)
    if (error instanceof Problem) return send(response, error)
    if (error instanceof PortolanError && error.code === 'store_unusable')
      return send(response, new Problem(503, error.message))
    const { status } = error as { status?: unknown }
    // Express' own: a path that is no valid URL encoding, a body that is no JSON or too long.
    if (status === 413) return send(response, new Problem(413, 'the request is too long'))
    if (status === 400) return send(response, new Problem(400, 'the request cannot be read'))
    log.error({ err: error, path: request.path }, 'a request failed')
    return send(response, new Problem(500, 'Portolan failed to answer; its log says why'))
  }
}

function send(response: Response, { status, message, errors }: Problem): void {
  const document: ProblemDocument = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: message,
    ...(errors === undefined ? {} : { errors }),
  }
  response.status(status).type('application/problem+json').send(JSON.stringify(document))
}
