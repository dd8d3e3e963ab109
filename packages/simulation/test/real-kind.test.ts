import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { type Cause, reduce } from '@portolan/core'
import { simulate } from '../src/simulate.ts'
import type { Surroundings } from '../src/scene.ts'
import type { Deed } from '../src/schedule.ts'

/** A busy machine takes many times what an idle one does. */
const PATIENCE_MS = 300_000

const PORTS = { local: 30_080, cluster: 30_081, hostPort: 8000 } as const

/** The cluster of the lab: three workers of which one is mapped, one pod, three ways to it. */
const story = (isInstalled: boolean, readinessProbe: boolean): Surroundings => ({
  clusters: [
    {
      name: 'story',
      nodes: [
        { role: 'control-plane' },
        { role: 'worker', ports: Object.values(PORTS).map((port) => ({ hostPort: port, containerPort: port })) },
        { role: 'worker' },
        { role: 'worker' },
      ],
      deployments: [
        {
          name: 'app',
          replicas: 1,
          readinessProbe,
          strategy: { maxSurge: 0, maxUnavailable: 1 },
          hostPort: PORTS.hostPort,
        },
      ],
      services: [
        { name: 'local', app: 'app', nodePort: PORTS.local, externalTrafficPolicy: 'Local' },
        { name: 'cluster', app: 'app', nodePort: PORTS.cluster, externalTrafficPolicy: 'Cluster' },
      ],
    },
  ],
  isInstalled,
  isDesktop: false,
  isOpen: false,
  intervalMs: 1000,
})

/** The workers and the Services, as the numbers of a deed choose them. */
const [MAPPED, AWAY] = [0, 0.4]
const CLUSTER = 0.6
const TO_LOCAL = 0

type Step = readonly [afterS: number, what: string, first?: number, second?: number]
const deedsOf = (steps: readonly Step[]): Deed[] =>
  steps.map(([afterS, what, first = 0, second = 0]) => ({ at: afterS * 1000, what, chosen: [0, first, second] }))

/** The pod leaves the mapped node, long before the fault where that is part of the arrangement. */
const moveAway = (afterS: number): Step[] => [
  [afterS, 'cordon', MAPPED],
  [afterS, 'delete a pod'],
  [afterS + 5, 'uncordon all'],
]

interface Fault {
  name: string
  port: keyof typeof PORTS
  /** What answers nobody counts as ready all the same. */
  isPatient?: true
  steps: readonly Step[]
}

const FAULTS: readonly Fault[] = [
  { name: 'policy Local, and the pod moves off the mapped node', port: 'local', steps: moveAway(60) },
  {
    name: 'the policy of the Service becomes Local while the pod is on another node',
    port: 'cluster',
    steps: [...moveAway(20), [60, 'change a traffic policy', CLUSTER, TO_LOCAL]],
  },
  { name: 'a pod with a host port moves off the mapped node', port: 'hostPort', steps: moveAway(60) },
  {
    name: 'the application is frozen on another node',
    port: 'cluster',
    isPatient: true,
    steps: [...moveAway(20), [60, 'freeze an application']],
  },
  { name: 'the Deployment is scaled to 0', port: 'cluster', steps: [[60, 'scale to none']] },
  { name: 'the Service is deleted', port: 'cluster', steps: [[60, 'remove a Service', CLUSTER]] },
  {
    name: 'the targetPort of the Service is a name that no pod declares',
    port: 'cluster',
    steps: [[60, 'break a target port', CLUSTER]],
  },
  {
    name: 'the mapped node drops its packets to the pods of another node',
    port: 'cluster',
    steps: [...moveAway(20), [60, 'break a path', MAPPED, 0], [60, 'break a path', MAPPED, 0.9]],
  },
  {
    name: 'kube-proxy of the mapped node is frozen, then the pod moves',
    port: 'cluster',
    steps: [
      ...moveAway(20),
      [58, 'freeze kube-proxy', MAPPED],
      [59, 'cordon', MAPPED],
      [59, 'cordon', AWAY],
      [60, 'delete a pod'],
    ],
  },
  { name: 'the mapped node is drained', port: 'local', steps: [[60, 'drain', MAPPED]] },
  { name: 'the mapped node is stopped', port: 'cluster', steps: [[60, 'stop a node', MAPPED]] },
  { name: 'docker-proxy of the port is killed', port: 'cluster', steps: [[60, 'kill docker-proxies', MAPPED]] },
]

/**
 * What was said last of each fault on a real kind cluster, by who looked on. How sure it was may differ: the simulation
 * leads nobody to a pod through the API server.
 */
const REAL = JSON.parse(readFileSync(join(import.meta.dirname, '../../../test/faults/results.json'), 'utf8')) as Record<
  'iptables' | 'nftables',
  Record<string, Record<string, { last: { cause: Cause } | null }>>
>
const realCause = (fault: string, set: string) => (REAL.iptables[fault] ?? REAL.nftables[fault])?.[set]?.last?.cause

async function causeOf({ steps, port, isPatient }: Fault, isInstalled: boolean): Promise<Cause | undefined> {
  const run = { seed: 25, minutes: 2.5, schedule: deedsOf(steps), surroundings: story(isInstalled, isPatient !== true) }
  const { breach, changes } = await simulate(run, reduce)
  expect(breach).toBeNull()
  const told = changes.flatMap(({ at, change }) =>
    at >= 60_000 && 'incident' in change && change.incident.target === `host:${PORTS[port]}` ? [change.incident] : [],
  )
  return told.at(-1)?.cause
}

describe.each([
  ['host only', false],
  ['host and agents', true],
] as const)('twelve faults as a real kind cluster showed them, seen by %s', (set, isInstalled) => {
  test.each(FAULTS)(
    '$name: the same cause',
    async (fault) => {
      expect(await causeOf(fault, isInstalled)).toBe(realCause(fault.name, set))
    },
    PATIENCE_MS,
  )
})
