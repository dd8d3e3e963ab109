import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, request, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A socket where an engine could be; goes when it is disposed of. */
export interface EngineSocket extends AsyncDisposable {
  /** For DOCKER_HOST. */
  host: string
}

const DOCKER = '/var/run/docker.sock'

/** Docker itself, but for its containers: there are none. */
export function emptyEngine(): Promise<EngineSocket> {
  return listen(0o777, (asked, answer) => {
    if (/\/containers\/json/.test(asked.url ?? '')) {
      answer.setHeader('content-type', 'application/json').end('[]')
      return
    }
    const { method = 'GET', url = '/', headers } = asked
    const onward = request({ socketPath: DOCKER, method, path: url, headers }, (came) => {
      answer.writeHead(came.statusCode ?? 502, came.headers).flushHeaders()
      came.pipe(answer)
    })
    onward.on('error', () => answer.destroy())
    answer.on('close', () => onward.destroy())
    asked.pipe(onward)
  })
}

/** One that nobody but root may talk to. */
export function forbiddenEngine(): Promise<EngineSocket> {
  return listen(0o000, (_, answer) => answer.end())
}

async function listen(mode: number, answer: RequestListener): Promise<EngineSocket> {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-engine-'))
  chmodSync(folder, 0o755)
  const path = join(folder, 'docker.sock')
  const server = createServer(answer)
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
