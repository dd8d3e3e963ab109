import type { Cause, Confidence } from '@portolan/core'
import type { PortName } from './make-cluster.ts'
import { type IncidentLine, isIncident, type PortolanWatch, watchWithPortolan } from './portolan-watch.ts'
import { openStoryCluster, type StoryCluster } from './story-cluster.ts'
import { NOTHING, type Phase, type RightCauses, wrongVerdicts } from './verdicts.ts'

/** The cluster and the program that watches it, and what it said in each phase. */
export interface Story extends AsyncDisposable {
  cluster: StoryCluster
  portolan: PortolanWatch
  /** From here on only these causes are right. */
  phase(right: RightCauses): void
  /** The incident lines whose cause was wrong when they were said, each told once. */
  wrong(): IncidentLine[]
  target(port: PortName): string
  /** The first line of this phase that gives the port this cause. */
  blamed(port: PortName, cause: Cause): Promise<IncidentLine>
  /** The first that has it proven. */
  proven(port: PortName, cause: Cause): Promise<IncidentLine>
  /** The line that closes the incident. */
  closed(incident: IncidentLine): Promise<IncidentLine>
  /** Done when no port has an open incident. */
  calm(): Promise<void>
  /** Ports with an open incident. */
  open(): PortName[]
}

const CONFIDENCES: readonly Confidence[] = ['proven', 'likely', 'ambiguous']

/** Everything answers and the program says so. */
export async function openStory(): Promise<Story> {
  await using started = new AsyncDisposableStack()
  const cluster = started.use(await openStoryCluster())
  await cluster.reset()
  const portolan = started.use(watchWithPortolan(['--cluster', cluster.name]))
  const told = new Set<IncidentLine>()
  const phases: Phase[] = [{ mark: 0, right: NOTHING }]
  const ports = Object.keys(cluster.hostPort) as PortName[]
  const target = (port: PortName) => `host:${cluster.hostPort[port]}`
  const portOf = (id: string) => ports.find((port) => target(port) === id) ?? fail(id)
  const mark = () => phases.at(-1)?.mark ?? 0

  function open(): PortName[] {
    const latest = new Map(portolan.incidents().map((line) => [line.id, line]))
    return [...latest.values()].filter(({ state }) => state === 'open').map((line) => portOf(line.target))
  }

  function verdict(port: PortName, cause: Cause, confidences: readonly Confidence[]): Promise<IncidentLine> {
    return portolan.line<IncidentLine>(
      `that ${port} is dark by ${cause}, ${confidences.join(' or ')}`,
      (line) =>
        isIncident(line) &&
        line.state === 'open' &&
        line.target === target(port) &&
        line.cause === cause &&
        confidences.includes(line.confidence),
      mark(),
    )
  }

  await Promise.all(
    ports.map((port) =>
      portolan.line(
        `that ${port} is up`,
        (line) => line.type === 'target.state' && line.target === target(port) && line.state === 'up',
      ),
    ),
  )
  const running = started.move()
  return {
    cluster,
    portolan,
    phase: (right) => void phases.push({ mark: portolan.mark(), right }),
    wrong() {
      const said = portolan.lines().flatMap((line, index) => (isIncident(line) ? [{ index, line }] : []))
      const fresh = wrongVerdicts(said, phases, portOf).filter((line) => !told.has(line))
      for (const line of fresh) told.add(line)
      return fresh
    },
    target,
    blamed: (port, cause) => verdict(port, cause, CONFIDENCES),
    proven: (port, cause) => verdict(port, cause, ['proven']),
    closed: ({ id, cause }) =>
      portolan.line<IncidentLine>(
        `that ${id} (${cause}) is over`,
        (line) => line.type === 'incident.closed' && line.id === id,
      ),
    async calm() {
      while (open().length > 0) await portolan.line(`that ${open().join(' and ')} is over`, isIncident, portolan.mark())
    },
    open,
    async [Symbol.asyncDispose]() {
      await running.disposeAsync()
    },
  }
}

function fail(target: string): never {
  throw new Error(`the story has no port ${target}`)
}
