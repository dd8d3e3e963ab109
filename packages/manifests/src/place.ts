import type { Cause, ObjectRef } from '@portolan/core'
import type { Chunk } from './document.ts'

/** Where an object stands in the user's files. */
export interface Place {
  chunk: Chunk
  /** Its first line in the file. */
  line: number
  /** From the root of its document: not empty in a List, and in a kind config. */
  path: (string | number)[]
  /** It is written as one text, so that no field of it can be set. */
  isCompact?: true
}

export type Places = Map<string, Place>

/** What a file says that will not come true. */
export interface FileWarning {
  cause: Cause
  text: string
  file: string
  line: number
}

export function placeKey({ kind, namespace, name }: ObjectRef): string {
  return `${kind}/${namespace}/${name}`
}
