import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { PortolanError } from '@portolan/core'
import { buildInfo } from '@portolan/runtime'
import { AS_DATA, errorOf, resultOf } from './answer.ts'
import { check } from './check.ts'
import { incidents } from './incidents.ts'
import { ports } from './ports.ts'
import { timeline } from './timeline.ts'
import type { Tool, ToolWorld } from './tool.ts'
import { wait } from './wait.ts'
import { why } from './why.ts'

const TOOLS: readonly Tool[] = [ports, why, check, wait, incidents, timeline]

const INSTRUCTIONS = `Portolan says which host ports into the kind clusters of this machine answer, and why one does not. Begin with ports, then ask why. Nothing here changes a cluster: fixes come as commands for a person to approve. ${AS_DATA}`

/** Each of them probes by itself. */
const MOST_AT_ONCE = 4
const MOST_INPUT_ELEMENTS = 500

/** Answers a client, over whichever transport it is connected to. @param signal ends what is being answered */
export function createPortolanServer(world: ToolWorld, signal: AbortSignal): McpServer {
  const info = { name: 'portolan', title: 'Portolan', version: buildInfo.version }
  const server = new McpServer(info, { instructions: INSTRUCTIONS, maxToolInputElements: MOST_INPUT_ELEMENTS })
  let answering = 0
  for (const { name, title, description, input, answer } of TOOLS) {
    const annotations = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false }
    const config = { title, description: `${description} ${AS_DATA}`, inputSchema: input, annotations }
    server.registerTool(name, config, async (given, asked) => {
      if (answering >= MOST_AT_ONCE) return errorOf(busy())
      answering += 1
      try {
        return resultOf(await answer(given, world, AbortSignal.any([signal, asked.signal])))
      } catch (error) {
        return errorOf(error)
      } finally {
        answering -= 1
      }
    })
  }
  return server
}

function busy(): PortolanError {
  return new PortolanError(
    'collector_away',
    `${MOST_AT_ONCE} questions are being answered already`,
    'ask again when one of them is',
  )
}
