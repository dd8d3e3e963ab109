import type { EventEmitter } from 'node:events'
import type { Cause } from '@portolan/core'

/** A node's container as the engine knows it. Times are ms since the epoch. */
export interface Machine {
  id: string
  name: string
  role: 'control-plane' | 'worker'
  address: string
  running: boolean
  exitCode: number
  createdAt: number
  startedAt: number
  finishedAt: number
  ports: PublishedPort[]
  /** Why the ports do not listen although it runs: the engine holds no binding any more, or its proxies died. */
  unheard: Extract<Cause, 'bindings_lost' | 'proxy_dead'> | null
}

export interface PublishedPort {
  containerPort: number
  listenAddress: string
  hostPort: number
}

/** What happened to a machine, as `docker events` tells it. */
export interface MachineEvent {
  machine: Machine
  action: 'kill' | 'die' | 'stop' | 'start'
  at: number
}

export type MachineEvents = EventEmitter<{ event: [MachineEvent] }>
