import { connect, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'

const LISTENER = `
  const { createServer } = require('node:net')
  const { parentPort, workerData } = require('node:worker_threads')
  const server = createServer()
  server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => {
    parentPort.postMessage(server.address().port)
    setImmediate(() => Atomics.wait(new Int32Array(workerData), 0, 0))
  })`

/**
 * A listener that accepts nothing, with its queue filled: the kernel drops further connection requests (Linux).
 */
export async function fullQueue(): Promise<{ port: number; release: () => Promise<void> }> {
  const gate = new SharedArrayBuffer(4)
  const worker = new Worker(LISTENER, { eval: true, workerData: gate })
  const port = await new Promise<number>((resolve) => worker.once('message', resolve))
  const fillers: Socket[] = []
  for (let i = 0; i < 4; i += 1) {
    const filler = connect(port, '127.0.0.1')
    filler.on('error', () => {})
    fillers.push(filler)
  }
  // A backlog of one holds two: the others stay in SYN until the queue is free.
  let connected = 0
  await new Promise<void>((resolve) => {
    for (const filler of fillers) {
      filler.once('connect', () => {
        connected += 1
        if (connected === 2) resolve()
      })
    }
  })
  return {
    port,
    async release() {
      for (const filler of fillers) filler.destroy()
      Atomics.store(new Int32Array(gate), 0, 1)
      Atomics.notify(new Int32Array(gate), 0)
      await worker.terminate()
    },
  }
}
