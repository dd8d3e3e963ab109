import { PortolanError } from '@portolan/core'
import { Problem } from '../api/problem.ts'
import type { DamagedRow } from '../store/damage.ts'

/** What two threads say to each other. */
export interface Call {
  id: number
  name: string
  asked: unknown
}

export type Reply = { id: number; value: unknown } | { id: number; error: CrossingError } | { damaged: DamagedRow }

/** An error as it can be handed to another thread, which loses its class. */
export type CrossingError = { message: string } & (
  | { kind: 'problem'; status: number }
  | { kind: 'portolan'; code: PortolanError['code']; hint: string }
  | { kind: 'other' }
)

export function toCrossing(error: unknown): CrossingError {
  const message = Error.isError(error) ? error.message : String(error)
  if (error instanceof Problem) return { kind: 'problem', message, status: error.status }
  if (error instanceof PortolanError) return { kind: 'portolan', message, code: error.code, hint: error.hint }
  return { kind: 'other', message }
}

export function fromCrossing(error: CrossingError): Error {
  switch (error.kind) {
    case 'problem':
      return new Problem(error.status, error.message)
    case 'portolan':
      return new PortolanError(error.code, error.message, error.hint)
    case 'other':
      return new Error(error.message)
  }
}
