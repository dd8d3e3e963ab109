import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { HubLink, Retention } from '@portolan/collector'
import { type Clock, type Incident, type Log, PortolanError } from '@portolan/core'
import {
  createPracticeCluster,
  prepareScenario,
  runScenario,
  SCENARIOS,
  type Scenario,
  type ScenarioResult,
} from '@portolan/practice'
import { createLive } from '../../live.ts'
import { seededRandom } from '../../random.ts'
import { demoEnvironment } from '../../running/asked.ts'

/** A cluster of the fleet, and what happens in it. */
export interface SitePlan {
  /** Whose token its collector has; the cluster is called `SENDER/NAME` at the hub. */
  sender: string
  name: string
  scenario: string
  /** So much is added to each host port of the scenario: they all run on one machine. */
  portsFrom: number
}

/** A practice cluster with a collector that reports to a hub. */
export interface Site {
  /** `SENDER/NAME` */
  cluster: string
  scenario: string
  start(): Promise<void>
  run(forMs: number): Promise<ScenarioResult>
  /** What its collector said so far, each incident as it stands. */
  incidents(): Incident[]
  stop(): Promise<void>
}

export function createSite(
  plan: SitePlan,
  options: {
    folder: string
    seed: number
    clock: Clock
    log: Log
    retention: Retention
    link: HubLink
    signal: AbortSignal
    onNarration(line: string): void
  },
): Site {
  const { sender, name } = plan
  const { clock, log, retention, link, signal, onNarration } = options
  const scenario = movedBy(plan)
  const folder = join(options.folder, `${sender}-${name}`)
  const cluster = `${sender}/${name}`
  const said = new Map<string, Incident>()
  const closers: (() => Promise<void>)[] = []
  let practice: ReturnType<typeof createPracticeCluster> | null = null

  return {
    cluster,
    scenario: scenario.name,
    async start() {
      mkdirSync(folder)
      const random = seededRandom(options.seed)
      const made = createPracticeCluster({ name, nodes: scenario.nodes, orAnyHostPort: true, folder, clock, random })
      practice = made
      closers.push(made.stop)
      await made.start()
      await prepareScenario(made, scenario, signal)
      const live = createLive({
        env: demoEnvironment(process.env, made.engineSocket),
        kubeconfig: made.kubeconfig,
        clock,
        log,
        state: folder,
        retention,
        listen: null,
        only: [name],
        intervalMs: 1000,
        asksPods: true,
        hub: link,
        onChange(change) {
          if ('incident' in change) said.set(change.incident.id, change.incident)
        },
        onNotice: ({ text }) => log.debug({ text, cluster }, 'a notice'),
      })
      closers.push(live.stop)
      await live.start()
    },
    run(forMs) {
      if (practice === null) throw new PortolanError('service_unready', `${cluster} was not started`, 'start it')
      return runScenario(practice, scenario, {
        clock,
        forMs,
        signal,
        onNarration: (line) => onNarration(`${cluster}: ${line}`),
      })
    },
    incidents: () => [...said.values()],
    async stop() {
      for (const close of closers.splice(0).reverse()) await close()
    },
  }
}

function movedBy({ scenario, portsFrom }: SitePlan): Scenario {
  const found = SCENARIOS.find(({ name }) => name === scenario)
  if (found === undefined) throw new RangeError(`there is no scenario ${scenario}`)
  const nodes = found.nodes.map((node) =>
    node.ports === undefined
      ? node
      : { ...node, ports: node.ports.map((port) => ({ ...port, hostPort: port.hostPort + portsFrom })) },
  )
  return { ...found, nodes }
}
