import { createServer, type Server } from 'node:net'

/**
 * What the benchmarks probe, in a process of its own: prints the ports of one server that greets as SSH does and of so
 * many that answer in HTTP (the first argument), as one line of JSON, and ends with its parent.
 */
const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 8\r\nConnection: close\r\n\r\nwelcome\n'

const greeter = createServer((socket) => {
  socket.on('error', () => {})
  socket.write('SSH-2.0-target\r\n')
})

function answerer(): Server {
  return createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end(ANSWER))
  })
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, resolve))
  return (server.address() as { port: number }).port
}

const http = await Promise.all(Array.from({ length: Number(process.argv[2] ?? 1) }, () => listen(answerer())))
console.log(JSON.stringify({ tcp: await listen(greeter), http }))
process.stdin.resume().on('end', () => process.exit())
