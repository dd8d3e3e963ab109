import { deleteObject, TAINT_EVICTION } from '../api/deletion.ts'
import { setCondition } from '../objects.ts'
import { type ControlContext, recordEvent } from './context.ts'

const UNREACHABLE = 'node.kubernetes.io/unreachable'

/**
 * What the cluster concludes from a kubelet's silence: first the node is NotReady and its pods with it, and after the
 * time that the pods tolerate it they are evicted; they stay Terminating until their kubelet is back.
 */
export interface NodeLifecycle {
  silent(node: string): void
  /** The kubelet reports again. */
  back(node: string): void
  stop(): void
}

export function createNodeLifecycle(context: ControlContext): NodeLifecycle {
  const { clock, delays } = context
  const waits = new Map<string, () => void>()
  const wait = (node: string, ms: number, run: () => void) => {
    waits.get(node)?.()
    waits.set(node, clock.after(ms, run))
  }
  return {
    silent(node) {
      wait(node, delays.nodeLostMs, () => {
        markLost(context, node)
        wait(node, delays.evictMs, () => evictPods(context, node))
      })
    },
    back(node) {
      waits.get(node)?.()
      markBack(context, node)
    },
    stop() {
      for (const cancel of waits.values()) cancel()
    },
  }
}

function markLost(context: ControlContext, name: string): void {
  const { store, clock } = context
  const now = clock.now()
  const node = store.update('nodes', '', name, (copy) => {
    const message = 'Kubelet stopped posting node status.'
    const condition = { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown', message } as const
    setCondition(copy.status.conditions, condition, now)
    copy.spec.taints = [
      ...(copy.spec.taints ?? []),
      { key: UNREACHABLE, effect: 'NoSchedule' },
      { key: UNREACHABLE, effect: 'NoExecute' },
    ]
  })
  if (node === null) return
  const message = `Node ${name} status is now: NodeNotReady`
  recordEvent(context, node, { type: 'Normal', reason: 'NodeNotReady', message, component: 'node-controller' })
  for (const pod of podsOn(context, name)) {
    store.update('pods', pod.metadata.namespace ?? '', pod.metadata.name, (copy) => {
      setCondition(copy.status.conditions, { type: 'Ready', status: 'False', reason: 'NodeNotReady' }, now)
    })
  }
}

function evictPods(context: ControlContext, node: string): void {
  for (const pod of podsOn(context, node)) {
    deleteObject(context.store, 'pods', pod, context.clock.now(), { disruption: TAINT_EVICTION })
    const event = { type: 'Normal', reason: 'TaintManagerEviction', component: 'taint-eviction-controller' } as const
    recordEvent(context, pod, { ...event, message: `Marking for deletion Pod ${pod.metadata.name}` })
  }
}

function markBack({ store, clock }: ControlContext, name: string): void {
  store.update('nodes', '', name, (copy) => {
    const condition = { type: 'Ready', status: 'True', reason: 'KubeletReady' } as const
    setCondition(copy.status.conditions, { ...condition, message: 'kubelet is posting ready status' }, clock.now())
    const taints = (copy.spec.taints ?? []).filter((taint) => taint.key !== UNREACHABLE)
    if (taints.length > 0) copy.spec.taints = taints
    else delete copy.spec.taints
  })
}

function podsOn({ store }: ControlContext, node: string) {
  return store.list('pods').filter((pod) => pod.spec.nodeName === node)
}
