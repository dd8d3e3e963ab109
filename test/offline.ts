import { afterAll } from '@jest/globals'

/** Makes each attempt of a unit suite to open a socket or to start a process throw. */
function refuse(): never {
  throw new Error('a unit suite opens no socket and starts no process: a suite that does is called NAME.live.test.ts')
}

const childProcess = process.getBuiltinModule('node:child_process')
const { Server, Socket } = process.getBuiltinModule('node:net')
const { Socket: DatagramSocket } = process.getBuiltinModule('node:dgram')

const REFUSED: [owner: object, functions: string[]][] = [
  [childProcess, ['spawnSync', 'execSync', 'execFileSync']],
  [childProcess.ChildProcess.prototype, ['spawn']],
  [Socket.prototype, ['connect']],
  [Server.prototype, ['listen']],
  [DatagramSocket.prototype, ['bind', 'connect', 'send']],
]

/** Live suites may follow in the same process, so everything is put back. */
const restores = REFUSED.flatMap(([owner, names]) =>
  names.map((name) => {
    const original: unknown = Reflect.get(owner, name)
    Reflect.set(owner, name, refuse)
    return () => Reflect.set(owner, name, original)
  }),
)
afterAll(() => restores.forEach((restore) => restore()))
