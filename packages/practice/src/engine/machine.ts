import type { EventEmitter } from 'node:events'

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
