import { dirname, isAbsolute, normalize } from 'node:path'
import { printable } from '@portolan/core'
import * as z from 'zod'

const LONGEST_PATH = 1024
const LONGEST_URL = 200

/** It is shown to people, so it has to look as it is. */
const path = z
  .string()
  .max(LONGEST_PATH)
  .refine((text) => isAbsolute(text) && normalize(text) === text && printable(text) === text)

const page = z
  .string()
  .max(LONGEST_URL)
  .regex(/^http:\/\/[\w.:[\]-]+$/)

const common = { pid: z.int().positive(), startedAt: z.number(), state: path, page: page.nullable() }

/** What a Portolan that runs says of itself, so that other commands of the same user find it. */
export const runningEntry = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('watch'), ...common }),
  z
    .strictObject({ kind: z.literal('demo'), ...common, kubeconfig: path, engineSocket: path })
    .refine(({ state, ...files }) => [files.kubeconfig, files.engineSocket].every((file) => dirname(file) === state)),
])

export type Running = z.infer<typeof runningEntry>
export type RunningDemo = Extract<Running, { kind: 'demo' }>
