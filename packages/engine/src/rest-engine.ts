import { timeOrUnknown } from '@portolan/core'
import { type Dispatcher, Pool } from 'undici'
import { readBeginning, readWithin } from '@portolan/base'
import * as z from 'zod'
import { readDockerEvent } from './docker-event.ts'
import { type Endpoint, nameOf } from './endpoint.ts'
import { infoReply, readEngineInfo, versionReply } from './engine-info.ts'
import type { Engine, EngineEvent } from './engine.ts'
import { readFrames } from './exec.ts'
import { readLines } from './lines.ts'
import { type InspectedContainer, inspectedContainer } from './inspected.ts'
import { readNode } from './node-container.ts'
import { labelFilter, PROVIDERS } from './providers/index.ts'
import { firstFileIn } from './tar.ts'
import { readReply } from './reply.ts'

/** An engine that answers Docker's API. No version is pinned: each engine takes its own newest. */
export function createRestEngine(endpoint: Exclude<Endpoint, { kind: 'command' }>, platform: NodeJS.Platform): Engine {
  const pool = createPool(endpoint)

  async function get<Reply>(path: string, shape: z.ZodType<Reply>, signal: AbortSignal): Promise<Reply> {
    return readAnswer(path, shape, await pool.request({ method: 'GET', path, signal }))
  }

  function post(path: string, sent: object, signal: AbortSignal): Promise<Answer> {
    const headers = { 'content-type': 'application/json' }
    return pool.request({ method: 'POST', path, headers, body: JSON.stringify(sent), signal })
  }

  /** null for one that was removed since it was listed. */
  async function inspect(id: string, signal: AbortSignal): Promise<InspectedContainer | null> {
    try {
      return await get(`/containers/${encodeURIComponent(id)}/json`, inspectedContainer, signal)
    } catch (error) {
      if (error instanceof StatusError && (error.status === 404 || error.status === 409)) return null
      throw error
    }
  }

  return {
    async describe(signal) {
      const [version, info] = await Promise.all([
        get('/version', versionReply, signal),
        get('/info', infoReply, signal),
      ])
      return {
        info: readEngineInfo(version, info, nameOf(endpoint), platform),
        now: timeOrUnknown(info.SystemTime ?? '') || null,
      }
    },

    async listNodes(signal) {
      // One after the other: an engine asks for all of several labels, and an answer without an end is held but once.
      const listed = new Set<string>()
      for (const provider of PROVIDERS) {
        const filters = encodeURIComponent(JSON.stringify({ label: [labelFilter(provider)] }))
        const found = await get(`/containers/json?all=true&filters=${filters}`, listReply, signal)
        for (const { Id } of found) listed.add(Id)
      }
      if (listed.size > MOST_NODES) throw new Error(`lists more than ${MOST_NODES} nodes of clusters`)
      const inspected = await Promise.all([...listed].map((id) => inspect(id, signal)))
      return inspected.flatMap((one) => (one === null ? [] : (readNode(one) ?? [])))
    },

    async events(since, signal) {
      // Not by label: Podman 4 tells nothing where a label is asked for without its value.
      const filters = encodeURIComponent(JSON.stringify({ type: ['container'] }))
      // Whole seconds: older Podman reads no fractions.
      const from = since === null ? '' : `&since=${Math.floor(since / 1000)}`
      const path = `/events?filters=${filters}${from}`
      const { statusCode, body } = await pool.request({ method: 'GET', path, signal, bodyTimeout: 0 })
      if (statusCode !== 200)
        throw new StatusError(statusCode, `/events answered ${statusCode}: ${await complaintIn(body)}`)
      return readEvents(body)
    },

    async run({ container, words, mostBytes }, signal) {
      const path = `/containers/${encodeURIComponent(container)}/exec`
      const made = await post(path, { AttachStdout: true, AttachStderr: true, Tty: false, Cmd: words }, signal)
      const { Id } = await readAnswer(path, execReply, made)
      const exec = `/exec/${encodeURIComponent(Id)}`
      const { statusCode, body } = await post(`${exec}/start`, { Detach: false, Tty: false }, signal)
      if (statusCode !== 200)
        throw new StatusError(statusCode, `${exec}/start answered ${statusCode}: ${await complaintIn(body)}`)
      const written = await readFrames(body, mostBytes)
      const { ExitCode } = await get(`${exec}/json`, endReply, signal)
      return { ...written, exitCode: ExitCode ?? -1 }
    },

    async readFile(container, file, signal) {
      const path = `/containers/${encodeURIComponent(container)}/archive?path=${encodeURIComponent(file)}`
      const { statusCode, body } = await pool.request({ method: 'GET', path, signal })
      const archive = await readWithin(body, MOST_OF_FILE_BYTES)
      return statusCode === 200 ? firstFileIn(archive) : null
    },

    close: () => pool.destroy(),
  }
}

type Answer = Dispatcher.ResponseData

async function readAnswer<Reply>(path: string, shape: z.ZodType<Reply>, { statusCode, body }: Answer): Promise<Reply> {
  const asked = path.replace(/\?.*$/, '')
  if (statusCode === 200 || statusCode === 201)
    return readReply(shape, (await readWithin(body, MOST_BYTES)).toString(), asked)
  throw new StatusError(statusCode, `${asked} answered ${statusCode}: ${await complaintIn(body)}`)
}

const execReply = z.object({ Id: z.string().min(1).max(200) })
/** Podman leaves the code out while it runs. */
const endReply = z.object({ ExitCode: z.number().nullish() })

const MOST_BYTES = 16 * 1024 * 1024
/** As many as a batch to a collector may name. */
const MOST_NODES = 2000
const MOST_OF_FILE_BYTES = 1024 * 1024
const MOST_OF_COMPLAINT_BYTES = 1000

async function complaintIn(body: AsyncIterable<Uint8Array>): Promise<string> {
  return (await readBeginning(body, MOST_OF_COMPLAINT_BYTES)).trim()
}
const listReply = z.array(z.object({ Id: z.string().min(1) }))

class StatusError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

function createPool(endpoint: Exclude<Endpoint, { kind: 'command' }>): Pool {
  if (endpoint.kind === 'unix')
    return new Pool('http://engine', { socketPath: endpoint.path, connections: CONNECTIONS })
  const { host, port, tls } = endpoint
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`
  if (tls === null) return new Pool(`http://${authority}`, { connections: CONNECTIONS })
  const { ca, cert, key, verify } = tls
  return new Pool(`https://${authority}`, {
    connections: CONNECTIONS,
    connect: {
      rejectUnauthorized: verify,
      ...(ca !== null && { ca }),
      ...(cert !== null && { cert }),
      ...(key !== null && { key }),
    },
  })
}

/** One stays with the events; the others carry the inspections of a cluster's nodes side by side. */
const CONNECTIONS = 6

async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<EngineEvent> {
  for await (const line of readLines(body)) {
    const event = readDockerEvent(line)
    if (event !== null) yield event
  }
}
