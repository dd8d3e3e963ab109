import type { ControlContext } from './context.ts'
import { reconcileDeployments } from './deployments.ts'
import { reconcileEndpointSlices } from './endpoint-slices.ts'
import { collectGarbage } from './garbage.ts'
import { reconcileReplicaSets } from './replica-sets.ts'
import { schedulePods } from './scheduler.ts'

const CONTROLLERS = [collectGarbage, reconcileDeployments, reconcileReplicaSets, schedulePods, reconcileEndpointSlices]

/**
 * Runs the controllers soon after any change, and again for as long as they change something: each compares what is
 * with what should be, none remembers anything.
 */
export interface ControlLoop {
  /** There is nothing left to do. */
  idle(): boolean
  stop(): void
}

/** @param onRun after each run */
export function startControlLoop(context: ControlContext, onRun: () => void): ControlLoop {
  let cancel: (() => void) | null = null
  const run = () => {
    cancel = null
    for (const reconcile of CONTROLLERS) reconcile(context)
    onRun()
  }
  const unsubscribe = context.store.subscribe(({ resource }) => {
    if (resource !== 'events') cancel ??= context.clock.after(context.delays.controllerMs, run)
  })
  return {
    idle: () => cancel === null,
    stop() {
      unsubscribe()
      cancel?.()
    },
  }
}
