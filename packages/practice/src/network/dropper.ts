import { MessageChannel, Worker } from 'node:worker_threads'

/** Makes ports drop: whoever connects gets no answer at all, not even a refusal. Linux only. */
export interface Dropper {
  /** The port must be free. The answer comes when the next SYN is dropped. */
  drop(address: string, port: number): Promise<void>
  /** The answer comes when the port is free again. */
  release(address: string, port: number): Promise<void>
  stop(): Promise<void>
}

export function createDropper(): Dropper {
  const { port1, port2 } = new MessageChannel()
  const bell = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(workerFile(), { workerData: { port: port2, bell }, transferList: [port2] })
  worker.unref()
  const waiting = new Map<number, { resolve(): void; reject(error: Error): void }>()
  let last = 0
  port1.on('message', ({ id, error }: { id: number; error: string | null }) => {
    const waiter = waiting.get(id)
    waiting.delete(id)
    if (waiting.size === 0) port1.unref()
    if (error === null) waiter?.resolve()
    else waiter?.reject(new Error(`cannot drop: ${error}`))
  })
  port1.unref()

  const order = (action: 'listen' | 'close', address: string, port: number) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const id = ++last
    waiting.set(id, { resolve, reject })
    port1.ref()
    port1.postMessage({ id, action, address, port })
    Atomics.add(bell, 0, 1)
    Atomics.notify(bell, 0)
    return promise
  }
  return {
    drop: (address, port) => order('listen', address, port),
    release: (address, port) => order('close', address, port),
    async stop() {
      await worker.terminate()
      port1.close()
    },
  }
}

/** Beside this file: as it is in development, bundled under the same name otherwise. */
function workerFile(): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'mjs'
  return new URL(`./dropper-worker.${extension}`, import.meta.url)
}
