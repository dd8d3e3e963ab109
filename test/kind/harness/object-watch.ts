import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

interface Listed {
  metadata: { uid: string; name: string }
}

/** A test's own view of objects, apart from the program's. */
export interface ObjectWatch<Kind extends Listed> extends AsyncDisposable {
  objects(): Kind[]
  /** When the event arrived after which it holds, ms since the epoch; now, if it holds already. */
  until(what: string, holds: (objects: Kind[]) => boolean): Promise<number>
}

/** @param path of the list, as `/api/v1/namespaces/default/pods?labelSelector=app%3Dapp` */
export function watchObjects<Kind extends Listed>(context: string, path: string): ObjectWatch<Kind> {
  const words = ['--context', context, 'get', '--raw', `${path}${path.includes('?') ? '&' : '?'}watch=true`]
  const child = spawn('kubectl', words, { stdio: ['ignore', 'pipe', 'inherit'] })
  const objects = new Map<string, Kind>()
  const waiting = new Set<(at: number) => void>()
  const closed = once(child, 'close')
  createInterface({ input: child.stdout }).on('line', (line) => {
    const at = Date.now()
    const { type, object } = JSON.parse(line) as { type: string; object: Kind }
    if (type === 'DELETED') objects.delete(object.metadata.uid)
    else if (type === 'ADDED' || type === 'MODIFIED') objects.set(object.metadata.uid, object)
    for (const look of waiting) look(at)
  })
  return {
    objects: () => [...objects.values()],
    until(what, holds) {
      const { promise, resolve, reject } = Promise.withResolvers<number>()
      const look = (at: number) => {
        if (holds([...objects.values()])) resolve(at)
      }
      waiting.add(look)
      look(Date.now())
      closed.then(() => reject(new Error(`the watch on ${path} ended before ${what}`)), reject)
      return promise.finally(() => waiting.delete(look))
    },
    async [Symbol.asyncDispose]() {
      child.kill()
      await closed
    },
  }
}
