import { type NodeContainer, PortolanError } from '@portolan/core'
import { createEngineWatch } from '@portolan/engine'
import { createLogger, systemClock } from '@portolan/runtime'

/** The kind clusters of this machine at one moment. */
export interface OwnClusters {
  names: string[]
  nodes: NodeContainer[]
  /** Why there is no answer: the engine cannot be asked. null where it answered. */
  trouble: PortolanError | null
}

/** Asks the container engine once. Never rejects for what the engine does. */
export async function findOwnClusters(env: NodeJS.ProcessEnv): Promise<OwnClusters> {
  const found: OwnClusters = { names: [], nodes: [], trouble: null }
  const engine = createEngineWatch({
    env,
    clock: systemClock,
    log: createLogger({ level: 'silent' }),
    onObservation: (_, observed) => {
      if (observed.kind === 'containers') found.nodes.push(...observed.containers)
    },
    onClusters: (names) => {
      found.names = names
    },
    // The command that follows says it.
    onRefused: () => {},
  })
  try {
    await engine.start()
    return found
  } catch (error) {
    if (!(error instanceof PortolanError)) throw error
    return { ...found, trouble: error }
  } finally {
    await engine.stop()
  }
}
