import type { Clock } from '@portolan/core'
import type { ZodRawShape } from 'zod'
import * as z from 'zod'
import type { Answer } from './answer.ts'

/** What the tools work with. */
export interface ToolWorld {
  env: NodeJS.ProcessEnv
  clock: Clock
  /** The real path below which files may be read. */
  root: string
  asksPods: boolean
}

/** A question that a client may ask. None of them changes anything. */
export interface Tool<Input extends ZodRawShape = ZodRawShape> {
  name: string
  title: string
  description: string
  input: Input
  /** @param signal aborts when nobody waits for the answer any more */
  answer(given: z.infer<z.ZodObject<Input>>, world: ToolWorld, signal: AbortSignal): Promise<Answer>
}

export function defineTool<Input extends ZodRawShape>(tool: Tool<Input>): Tool<Input> {
  return tool
}

const LONGEST_NAME = 300

export const portInput = z
  .union([z.string().max(LONGEST_NAME), z.int()])
  .describe('a host port such as 30080, or CLUSTER/30080 if several clusters map it')

export const placeInput = z
  .union([z.string().max(LONGEST_NAME), z.int()])
  .describe('a host port such as 30080, a host such as shop.localhost, or CLUSTER/30080 if several clusters map it')

export const clusterInput = z.string().max(LONGEST_NAME).optional().describe('only this cluster')

export const sinceInput = z.string().max(20).default('1h').describe('how far back, e.g. 30m or 24h')
