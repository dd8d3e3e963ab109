import childProcess from 'node:child_process'
import dgram from 'node:dgram'
import net from 'node:net'
import { TestEnvironment } from 'jest-environment-node'

const REFUSED: [owner: object, functions: string[]][] = [
  [childProcess, ['spawnSync', 'execSync', 'execFileSync']],
  [childProcess.ChildProcess.prototype, ['spawn']],
  [net.Socket.prototype, ['connect']],
  [net.Server.prototype, ['listen']],
  [dgram.Socket.prototype, ['bind', 'connect', 'send']],
]

function refuse(): never {
  throw new Error('a unit suite opens no socket and starts no process: a suite that does is called NAME.live.test.ts')
}

/** Node, in which each attempt of a suite to open a socket or to start a process throws. */
export default class Offline extends TestEnvironment {
  #restores: (() => void)[] = []

  override async setup(): Promise<void> {
    await super.setup()
    this.#restores = REFUSED.flatMap(([owner, names]) =>
      names.map((name) => {
        const original: unknown = Reflect.get(owner, name)
        Reflect.set(owner, name, refuse)
        return () => void Reflect.set(owner, name, original)
      }),
    )
  }

  /** Other suites follow in the same process, whatever became of this one. */
  override async teardown(): Promise<void> {
    for (const restore of this.#restores) restore()
    await super.teardown()
  }
}
