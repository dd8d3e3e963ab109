import type { Clock } from '@portolan/core'
import express, { type RequestHandler, type Response } from 'express'
import { createAllowance, type Rate } from './allowance.ts'

/** Of what one who sends may send: to read it takes time in which nobody else is answered. */
const BYTES: Rate = { aSecond: 2 * 1024 * 1024, atOnce: 32 * 1024 * 1024 }
/** Of one who sends, which are held in memory. A source sends one at a time, and begins another where it heard no answer. */
const MOST_AT_ONCE = 8

export type Unreadable = 'too_fast' | 'too_large' | 'malformed'

/**
 * Reads bodies of JSON, so many at once and so many bytes a second of each who sends: who sends more is put off before its
 * next one is read.
 *
 * @param options.speakerOf who sends, which is known by then
 * @param options.refuse throws the answer
 */
export function createBodyReader(options: {
  clock: Clock
  mostBytes: number
  speakerOf(response: Response): string
  refuse(response: Response, status: number, reason: Unreadable, why: string): never
}): RequestHandler {
  const { clock, mostBytes, speakerOf, refuse } = options
  const allowBytes = createAllowance(clock, BYTES)
  const held = new Map<string, number>()
  const json = express.json({
    limit: mostBytes,
    verify: (_request, response, body) => void allowBytes(speakerOf(response as Response), body.length),
  })

  function hold(speaker: string, response: Response): void {
    held.set(speaker, (held.get(speaker) ?? 0) + 1)
    response.once('close', () => {
      const left = (held.get(speaker) ?? 1) - 1
      if (left > 0) held.set(speaker, left)
      else held.delete(speaker)
    })
  }

  return (request, response, next) => {
    const speaker = speakerOf(response)
    if ((held.get(speaker) ?? 0) >= MOST_AT_ONCE || !allowBytes(speaker, 0)) {
      response.set('Retry-After', '1')
      refuse(response, 429, 'too_fast', 'too many bytes: wait a second')
    }
    hold(speaker, response)
    json(request, response, (error?: unknown) => {
      if (error === undefined) return next()
      const isTooLarge = (error as { status?: number }).status === 413
      const why = isTooLarge ? `a batch may be ${mostBytes} bytes long` : 'the body is not JSON'
      try {
        refuse(response, isTooLarge ? 413 : 400, isTooLarge ? 'too_large' : 'malformed', why)
      } catch (problem) {
        next(problem)
      }
    })
  }
}
