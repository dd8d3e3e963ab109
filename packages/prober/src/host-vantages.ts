import { readFileSync } from 'node:fs'
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'
import { isForbidden, type Observation } from '@portolan/core'

/** The host's own addresses, as a fact tells them. */
export type HostVantages = Extract<Observation, { kind: 'vantages' }>

/** Looks at this machine's interfaces. */
export function readHostVantages(): HostVantages {
  return chooseVantages(networkInterfaces(), readDefaultInterface())
}

/**
 * The LAN address is that of the default route's interface, else of the first interface that leads out of this machine:
 * an engine's own bridge or a container's end of a cable does not, and a probe through it would tell nothing new.
 */
export function chooseVantages(
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>,
  defaultInterface: string | null,
): HostVantages {
  const known = Object.entries(interfaces).map(([name, addresses]) => ({ name, addresses: addresses ?? [] }))
  const lan = known
    .filter(({ name }) => !OWN_BRIDGE.test(name))
    .sort((a, b) => Number(b.name === defaultInterface) - Number(a.name === defaultInterface))
    .flatMap(({ addresses }) => addresses)
    .find(({ family, internal, address }) => family === 'IPv4' && !internal && !isForbidden(address))
  const own = known
    .flatMap(({ addresses }) => addresses)
    .filter(({ internal, scopeid }) => !internal && !scopeid)
    .map(({ address }) => address)
    .slice(0, MOST_OWN)
    .sort()
  const loopback6 = known.some(({ addresses }) => addresses.some(({ address }) => address === '::1'))
  return { kind: 'vantages', lan: lan?.address ?? null, loopback6, own }
}

/** Of a machine with more bridges than that nobody looks at the last. */
const MOST_OWN = 200

/** As Docker, Podman, CNI plugins, libvirt and virtual machines name theirs. */
const OWN_BRIDGE =
  /^(docker|br-[0-9a-f]{12}$|veth|cni|podman|nerdctl|virbr|vmnet|vboxnet|bridge\d{3}$|kube|flannel|cali)/

function readDefaultInterface(): string | null {
  try {
    return parseDefaultInterface(readFileSync('/proc/net/route', 'utf8'))
  } catch {
    return null
  }
}

/** The interface of the default route with the lowest metric, from Linux' `/proc/net/route`. */
export function parseDefaultInterface(routes: string): string | null {
  const found = routes
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, destination, , , , , , mask]) => destination === '00000000' && mask === '00000000')
    .sort((a, b) => Number(a[6]) - Number(b[6]))
  return found[0]?.[0] ?? null
}
