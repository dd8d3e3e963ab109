import type { NodeContainer } from '../model/container.ts'
import { isLoopback } from '../model/address.ts'

/** Only where the nodes themselves are on loopback, as those of the practice cluster are, what a cluster says to be there is. */
export function isLoopbackMeant(containers: readonly Pick<NodeContainer, 'addresses'>[]): boolean {
  return containers.some(({ addresses }) => addresses.some(isLoopback))
}
