import type { BalancedPort, BalancerProgram } from '@portolan/core'

/** How a balancer's own word is had: a file in its container, or what it answers at a port for administrators. */
export interface BalancerSource {
  program: BalancerProgram
  from: { file: string } | { port: number; path: string }
  /** null where it is not of that shape. */
  read(text: string): BalancedPort[] | null
}
