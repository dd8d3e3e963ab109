import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Machine, MachineEvent, MachineEvents } from './machine.ts'
import { detailsOf, eventView, labelsOf, summaryOf } from './views.ts'

export interface EngineSocket {
  start(): Promise<void>
  /** Ends every connection, event streams too. */
  stop(): Promise<void>
}

/**
 * The part of the Docker Engine API by which kind clusters are found and followed, on a unix socket.
 *
 * @param system the operating system that the engine says it runs on
 */
export function createEngineSocket(
  path: string,
  cluster: string,
  machines: Machine[],
  events: MachineEvents,
  system: string,
  now: () => number,
): EngineSocket {
  const past: MachineEvent[] = []
  const remember = (event: MachineEvent) => {
    past.push(event)
    if (past.length > EVENTS_KEPT) past.shift()
  }
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://engine')
    const route = url.pathname.replace(/^\/v\d+\.\d+/, '')
    const [, id] = /^\/containers\/([^/]+)\/json$/.exec(route) ?? []
    if (route === '/_ping') response.writeHead(200, { 'api-version': VERSION.ApiVersion }).end('OK')
    else if (route === '/version') send(response, 200, VERSION)
    else if (route === '/info')
      send(response, 200, { ...INFO, OperatingSystem: system, SystemTime: new Date(now()).toISOString() })
    else if (route === '/events') streamEvents(url.searchParams, response)
    else if (route === '/containers/json') {
      const wanted = filterOf(url.searchParams, cluster)
      const all = ['1', 'true', 'True'].includes(url.searchParams.get('all') ?? '')
      const found = machines.filter((machine) => wanted(machine) && (all || machine.running))
      send(
        response,
        200,
        found.map((machine) => summaryOf(machine, cluster)),
      )
    } else if (id !== undefined) {
      const machine = machines.find((one) => one.name === id || one.id.startsWith(id))
      if (machine !== undefined) send(response, 200, detailsOf(machine, cluster))
      else send(response, 404, { message: `No such container: ${id}` })
    } else send(response, 404, { message: 'page not found' })
  }

  const streamEvents = (query: URLSearchParams, response: ServerResponse) => {
    const wanted = filterOf(query, cluster)
    const tell = (event: MachineEvent) => {
      if (wanted(event.machine)) response.write(`${JSON.stringify(eventView(event, cluster))}\n`)
    }
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
    const since = query.has('since') ? Number(query.get('since')) * 1000 : Number.POSITIVE_INFINITY
    for (const event of past) if (event.at >= since) tell(event)
    events.on('event', tell)
    response.on('close', () => events.off('event', tell))
  }

  const server = createServer((request, response) => {
    try {
      answer(request, response)
    } catch (error) {
      send(response, 400, { message: `invalid request: ${String(error)}` })
    }
  })

  return {
    async start() {
      events.on('event', remember)
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      server.once('error', reject).listen(path, resolve)
      await promise
      server.off('error', reject)
    },
    async stop() {
      events.off('event', remember)
      const { promise, resolve } = Promise.withResolvers<void>()
      server.close(() => resolve())
      server.closeAllConnections()
      await promise
    },
  }
}

const EVENTS_KEPT = 256

const VERSION = { Version: '27.5.1', ApiVersion: '1.47', MinAPIVersion: '1.24', Os: 'linux', Arch: 'amd64' }

const INFO = {
  ID: 'practice',
  Name: 'practice',
  ServerVersion: VERSION.Version,
  OSType: 'linux',
  KernelVersion: '',
  SecurityOptions: [],
}

/** `filters={"label":["key","key=value"]}`; older clients send `{"label":{"key=value":true}}`. */
function filterOf(query: URLSearchParams, cluster: string): (machine: Machine) => boolean {
  const filters = JSON.parse(query.get('filters') ?? '{}') as { label?: string[] | Record<string, boolean> }
  const wanted = Array.isArray(filters.label) ? filters.label : Object.keys(filters.label ?? {})
  return (machine) => {
    const labels = labelsOf(machine, cluster)
    return wanted.every((label) => {
      const [key = '', value] = label.split('=')
      return key in labels && (value === undefined || labels[key] === value)
    })
  }
}

function send(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
