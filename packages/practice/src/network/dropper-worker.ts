import { connect, createServer, type Server, type Socket } from 'node:net'
import { receiveMessageOnPort, type MessagePort, workerData } from 'node:worker_threads'

/**
 * Listens without ever accepting. A thread that never comes back to its event loop while it holds listeners leaves
 * their accept queues full (two connections of its own fill each), and a kernel with a full queue drops every SYN: the
 * client sees what a dropped packet looks like.
 *
 * Everything below goes on through microtasks and ticks alone; none of them lets the loop poll.
 */
const { port, bell } = workerData as { port: MessagePort; bell: Int32Array }
const listeners = new Map<string, { server: Server; fillers: Socket[] }>()

port.on('message', (order: Order) => void work(order))

interface Order {
  id: number
  action: 'listen' | 'close'
  address: string
  port: number
}

async function work(first: Order): Promise<void> {
  let order: Order | null = first
  for (;;) {
    if (order !== null) port.postMessage({ id: order.id, error: await carryOut(order) })
    else if (listeners.size === 0) return
    const heard = Atomics.load(bell, 0)
    order = (receiveMessageOnPort(port)?.message as Order | undefined) ?? null
    if (order === null && listeners.size > 0) Atomics.wait(bell, 0, heard)
  }
}

async function carryOut({ action, address, port: number }: Order): Promise<string | null> {
  const key = `${address}:${number}`
  if (action === 'close') {
    const held = listeners.get(key)
    for (const filler of held?.fillers ?? []) filler.destroy()
    held?.server.close()
    listeners.delete(key)
    return null
  }
  const { promise, resolve } = Promise.withResolvers<string | null>()
  const server = createServer()
  server
    .once('listening', () => resolve(null))
    .once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''))
  server.listen({ host: address, port: number, backlog: BACKLOG })
  const failure = await promise
  if (failure !== null) return failure
  const fillers = Array.from({ length: BACKLOG + 1 }, () => connect(number, address).on('error', () => {}))
  listeners.set(key, { server, fillers })
  await afterTicks(FILLER_TICKS)
  return null
}

/** Linux queues one more than the backlog. */
const BACKLOG = 1

/** A connect is sent off a few ticks after the call. */
const FILLER_TICKS = 4

async function afterTicks(count: number): Promise<void> {
  for (let left = count; left > 0; left -= 1) {
    const { promise, resolve } = Promise.withResolvers<void>()
    process.nextTick(resolve)
    await promise
  }
}
