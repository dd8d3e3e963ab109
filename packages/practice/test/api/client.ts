import { type IncomingMessage, request } from 'node:http'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { KubeObject } from '../../src/objects.ts'
import type { PracticeCluster } from '../../src/index.ts'

export interface Answer {
  status: number
  body: { items: KubeObject[]; metadata: { resourceVersion: string; continue?: string } } & Record<string, unknown>
}

/** Talks to the API as any client would. */
export async function createClient(cluster: PracticeCluster) {
  const config = JSON.parse(await readFile(cluster.kubeconfig, 'utf8')) as {
    clusters: { cluster: { server: string } }[]
  }
  const server = config.clusters[0]?.cluster.server ?? ''
  return {
    async call(method: string, path: string, body?: object, type = 'application/json', accept = 'application/json') {
      const response = await fetch(`${server}${path}`, {
        method,
        headers: { 'content-type': type, accept },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return { status: response.status, body: (await response.json()) as Answer['body'] }
    },
    /** The events of a watch, one after another, until the server ends it. */
    async *watch(path: string): AsyncGenerator<{ type: string; object: KubeObject & { code?: number } }> {
      const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
      request(`${server}${path}`, resolve).on('error', reject).end()
      const response = await promise
      try {
        for await (const line of createInterface({ input: response })) yield JSON.parse(line)
      } finally {
        response.destroy()
      }
    },
  }
}
