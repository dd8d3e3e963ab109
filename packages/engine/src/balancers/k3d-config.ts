import { type BalancedPort, isPort } from '@portolan/core'
import { parse } from 'yaml'
import * as z from 'zod'

const config = z.object({ ports: z.record(z.string(), z.array(z.string().min(1).max(253)).max(2000)) })

/**
 * Where k3d's balancer leads: `ports: {"80.tcp": [k3d-dev-server-0, ...]}`. Its nginx is written from this file.
 *
 * Source: k3d, pkg/types/loadbalancer.go.
 */
export function readK3dConfig(text: string): BalancedPort[] | null {
  let given: unknown
  try {
    // The library would compare each key with each: an image may bring a file of a hundred thousand.
    given = parse(text, { maxAliasCount: 0, uniqueKeys: false, logLevel: 'error' })
  } catch {
    return null
  }
  const read = config.safeParse(given)
  if (!read.success) return null
  return Object.entries(read.data.ports).flatMap(([name, nodes]): BalancedPort[] => {
    const [, digits, protocol] = /^(\d+)\.(tcp|udp)$/.exec(name) ?? []
    const containerPort = Number(digits)
    if (!isPort(containerPort)) return []
    return [{ containerPort, protocol: protocol === 'udp' ? 'udp' : 'tcp', backends: nodes.map((node) => ({ node })) }]
  })
}
