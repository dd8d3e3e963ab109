import type { IncomingHttpHeaders } from 'node:http'
import { type Clock, commandText, PortolanError } from '@portolan/core'
import { readWithin } from '@portolan/base'
import type { z } from 'zod'
import { readAnswer } from '../answer.ts'
import type { Asked, Connection } from '../connection.ts'
import { type Failure, toFailure, unreachable } from '../failure.ts'
import { readStatus, type Status } from '../status.ts'

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
}

/** More than a collector says to a prober, and ten times the largest object of Kubernetes. */
const MOST_BYTES = 16 * 1024 * 1024

/** One request and its whole answer, whatever its status. @throws PortolanError api_unreachable, api_forbidden */
export type Ask = (asked: Asked) => Promise<Answer>

export function createAsk(connection: Connection, context: string): Ask {
  return async (asked) => {
    connection.refresh()
    try {
      const response = await connection.request(asked)
      const body = await readWithin(response, MOST_BYTES).catch((error: unknown) => {
        throw unreachable(connection.server(), error)
      })
      return { status: response.statusCode ?? 0, headers: response.headers, body }
    } catch (error) {
      throw failureOf(toFailure(error), context)
    }
  }
}

const DEADLINE_MS = 20_000

/** Sends an object, answers with what the shape reads of the one that comes back, or with how the server said no. @throws as Ask */
export type AskObject = <Object>(
  shape: z.ZodType<Object>,
  method: string,
  path: string,
  sent?: object,
  contentType?: string,
) => Promise<{ object: Object; refusal: null } | { object: null; refusal: Status }>

export function createAskObject(ask: Ask, connection: Connection, context: string, clock: Clock): AskObject {
  return async (shape, method, path, sent, contentType = 'application/json') => {
    const late = new AbortController()
    const cancel = clock.after(DEADLINE_MS, () => late.abort())
    try {
      const headers = sent === undefined ? {} : { 'content-type': contentType }
      const body = sent === undefined ? '' : JSON.stringify(sent)
      const { status, body: answered } = await ask({ method, path, headers, body, signal: late.signal })
      const text = answered.toString()
      if (status >= 200 && status < 300)
        return { object: read(shape, text, connection.server(), context), refusal: null }
      return { object: null, refusal: readStatus(text) ?? { code: status, reason: '', message: `answer ${status}` } }
    } finally {
      cancel()
    }
  }
}

function read<Object>(shape: z.ZodType<Object>, text: string, server: string, context: string): Object {
  try {
    return readAnswer(shape, text, 'an answer', server)
  } catch (error) {
    throw failureOf(toFailure(error), context)
  }
}

/** @param failure why the API server gave no answer */
export function failureOf(failure: Failure, context: string): PortolanError {
  const code = failure.reason === 'unauthorized' ? 'api_forbidden' : 'api_unreachable'
  return new PortolanError(code, `Portolan cannot reach the API server: ${failure.message}.`, hintOf(context), failure)
}

/** The API server's own words, which name who may not do what, or what is not there. */
export function refusedWith({ code, message }: Status, context: string): PortolanError {
  switch (code) {
    case 401:
      return new PortolanError(
        'api_forbidden',
        `The API server does not accept the credentials: ${message}.`,
        hintOf(context),
      )
    case 403:
      return new PortolanError(
        'api_forbidden',
        `The API server refuses: ${message}.`,
        'Grant this right with a role, or use a context that has it.',
      )
    case 404:
      return new PortolanError(
        'api_not_found',
        `The API server answers: ${message}.`,
        'Create it, or name an existing one.',
      )
    default:
      return new PortolanError('api_unreachable', `The API server answers ${code}: ${message}.`, hintOf(context))
  }
}

function hintOf(context: string): string {
  return `Read its error: ${commandText(['kubectl', `--context=${context}`, 'get', '--raw=/readyz'])}`
}
