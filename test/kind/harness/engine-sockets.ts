import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

/** A socket where an engine could be; goes when it is disposed of. */
export interface EngineSocket extends AsyncDisposable {
  /** For DOCKER_HOST. */
  host: string
}

const DOCKER = '/var/run/docker.sock'

/** Docker itself, but for its containers: there are none. */
export function emptyEngine(): Promise<EngineSocket> {
  return listen(0o777, (asked, answer) => {
    if (isList(asked)) answer.setHeader('content-type', 'application/json').end('[]')
    else passOn(asked, answer)
  })
}

type Labels = Record<string, string>

/**
 * Docker itself, where the nodes of this kind cluster are those of the k3d cluster of the same name, and no other containers
 * are but k3d's own.
 */
export function engineOfK3d(cluster: string): Promise<EngineSocket> {
  const asK3d = (labels: Labels): Labels => {
    if (labels['io.x-k8s.kind.cluster'] !== cluster) return labels
    const role = labels['io.x-k8s.kind.role'] === 'worker' ? 'agent' : 'server'
    return { app: 'k3d', 'k3d.cluster': cluster, 'k3d.role': role }
  }
  return listen(0o777, async (asked, answer) => {
    if (isList(asked)) {
      const lists = isOfK3d(asked) ? ['app=k3d', `io.x-k8s.kind.cluster=${cluster}`].map(listOf) : []
      answer.setHeader('content-type', 'application/json').end(JSON.stringify((await Promise.all(lists)).flat()))
    } else if (/\/containers\/[^/]+\/json/.test(asked.url ?? '')) {
      const { status, body } = await ask(asked.url ?? '')
      const found = JSON.parse(body) as { Config?: { Labels: Labels } }
      if (found.Config !== undefined) found.Config.Labels = asK3d(found.Config.Labels)
      answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(found))
    } else passOn(asked, answer)
  })
}

function isList({ url }: IncomingMessage): boolean {
  return /\/containers\/json/.test(url ?? '')
}

function isOfK3d({ url }: IncomingMessage): boolean {
  return decodeURIComponent(url ?? '').includes('app=k3d')
}

async function listOf(label: string): Promise<unknown[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [label] }))
  return JSON.parse((await ask(`/containers/json?all=true&filters=${filters}`)).body) as unknown[]
}

async function ask(path: string): Promise<{ status: number; body: string }> {
  const sent = request({ socketPath: DOCKER, path }).end()
  const [came] = (await once(sent, 'response')) as [IncomingMessage]
  return { status: came.statusCode ?? 502, body: await text(came) }
}

function passOn(asked: IncomingMessage, answer: ServerResponse): void {
  const { method = 'GET', url = '/', headers } = asked
  const onward = request({ socketPath: DOCKER, method, path: url, headers }, (came) => {
    answer.writeHead(came.statusCode ?? 502, came.headers).flushHeaders()
    came.pipe(answer)
  })
  onward.on('error', () => answer.destroy())
  answer.on('close', () => onward.destroy())
  asked.pipe(onward)
}

/** One that nobody but root may talk to. */
export function forbiddenEngine(): Promise<EngineSocket> {
  return listen(0o000, (_, answer) => void answer.end())
}

async function listen(
  mode: number,
  answer: (asked: IncomingMessage, answer: ServerResponse) => void | Promise<void>,
): Promise<EngineSocket> {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-engine-'))
  chmodSync(folder, 0o755)
  const path = join(folder, 'docker.sock')
  const server = createServer(
    (asked, answered) => void Promise.resolve(answer(asked, answered)).catch(() => answered.destroy()),
  )
  await new Promise<void>((resolve) => server.listen(path, resolve))
  chmodSync(path, mode)
  return {
    host: `unix://${path}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
