import { isReady, type Pod, setCondition, timestamp } from '../objects.ts'
import { type Application, createApplication } from '../network/application.ts'
import { handOn } from '../network/edge-proxy.ts'
import type { Fate } from '../network/fate.ts'
import { hex } from '../ids.ts'
import { type ControlContext, recordEvent } from './context.ts'

/** Runs the pods of one node: starts their applications, tells when they are ready, ends them. */
export interface Kubelet {
  /** Looks at the pods again. */
  sync(): void
  /** The machine went off: every application with it, without a word to the API. */
  powerOff(): void
  powerOn(): void
  /** The application that runs for a pod, by the pod's UID. */
  running(uid: string): Application | null
  applications(): Application[]
  /** A readiness probe that was passing no longer does, or does again. */
  probe(application: Application): void
}

interface Run {
  pod: Pod
  application: Application | null
  stopping: boolean
  cancels: Set<() => void>
}

export function createKubelet(
  context: ControlContext,
  node: { name: string; address: string },
  podAddress: () => string,
  onChange: () => void,
  reach: (pod: { uid: string; node: string }) => Fate,
): Kubelet {
  const { store, clock, delays } = context
  const runs = new Map<string, Run>()
  let on = true

  const later = (run: Run, ms: number, what: () => void) => {
    const cancel = clock.after(ms, () => {
      run.cancels.delete(cancel)
      what()
    })
    run.cancels.add(cancel)
  }
  const update = (pod: Pod, change: (copy: Pod) => void) =>
    store.update('pods', pod.metadata.namespace ?? '', pod.metadata.name, (copy) => {
      if (copy.metadata.uid === pod.metadata.uid) change(copy)
    })
  const end = (run: Run) => {
    for (const cancel of run.cancels) cancel()
    run.application?.stop()
    runs.delete(run.pod.metadata.uid)
  }

  const start = (pod: Pod) => {
    const run: Run = { pod, application: null, stopping: false, cancels: new Set() }
    runs.set(pod.metadata.uid, run)
    later(run, delays.startMs, () => {
      const address = pod.spec.hostNetwork === true ? node.address : podAddress()
      const className = pod.metadata.labels?.['portolan.dev/edge'] ?? ''
      run.application = createApplication(pod, node.name, onChange, (host, path) =>
        handOn(store, className, { host, path }, reach),
      )
      update(pod, (copy) => markRunning(copy, node.address, address, context))
      onChange()
      becomeReady(run, delays.readyMs)
    })
  }

  const becomeReady = (run: Run, afterMs: number) =>
    later(run, afterMs, () => {
      if (run.application?.frozen() === false) update(run.pod, (copy) => markReady(copy, true, clock.now()))
    })

  const terminate = (run: Run) => {
    run.stopping = true
    const { pod } = run
    const message = `Stopping container ${pod.spec.containers[0]?.name ?? ''}`
    recordEvent(context, pod, { type: 'Normal', reason: 'Killing', message, component: 'kubelet' })
    const graceMs = (pod.metadata.deletionGracePeriodSeconds ?? 30) * 1000
    later(run, run.application?.frozen() === true ? graceMs : Math.min(graceMs, delays.terminateMs), () => {
      end(run)
      onChange()
      store.remove('pods', pod.metadata.namespace ?? '', pod.metadata.name)
    })
  }

  return {
    sync() {
      if (!on) return
      const pods = new Map<string, Pod>()
      for (const pod of store.list('pods')) if (pod.spec.nodeName === node.name) pods.set(pod.metadata.uid, pod)
      for (const run of runs.values()) {
        if (pods.has(run.pod.metadata.uid)) continue
        end(run)
        onChange()
      }
      for (const [uid, pod] of pods) {
        const run = runs.get(uid)
        if (run === undefined && pod.metadata.deletionTimestamp !== undefined) {
          store.remove('pods', pod.metadata.namespace ?? '', pod.metadata.name)
        } else if (run === undefined) start(pod)
        else if (pod.metadata.deletionTimestamp !== undefined && !run.stopping) {
          run.pod = pod
          terminate(run)
        }
      }
    },
    powerOff() {
      on = false
      for (const run of runs.values()) end(run)
    },
    powerOn() {
      on = true
      this.sync()
    },
    running: (uid) => runs.get(uid)?.application ?? null,
    applications: () => [...runs.values()].flatMap((run) => run.application ?? []),
    probe(application) {
      const run = runs.get(application.pod.metadata.uid)
      if (run === undefined || run.pod.spec.containers[0]?.readinessProbe === undefined) return
      if (!application.frozen()) becomeReady(run, delays.readyMs)
      else {
        later(run, delays.unreadyMs, () => {
          if (application.frozen()) update(run.pod, (copy) => markReady(copy, false, clock.now()))
        })
      }
    },
  }
}

function markRunning(pod: Pod, hostIP: string, podIP: string, { clock, random }: ControlContext): void {
  const now = clock.now()
  const container = pod.spec.containers[0]
  const restarts = pod.status.containerStatuses?.[0]?.restartCount
  pod.status.phase = 'Running'
  pod.status.startTime ??= timestamp(now)
  Object.assign(pod.status, { hostIP, podIP, podIPs: [{ ip: podIP }] })
  pod.status.containerStatuses = [
    {
      name: container?.name ?? '',
      image: container?.image ?? '',
      ready: false,
      restartCount: restarts === undefined ? 0 : restarts + 1,
      containerID: `containerd://${hex(random, 64)}`,
      state: { running: { startedAt: timestamp(now) } },
    },
  ]
  setCondition(pod.status.conditions, { type: 'Initialized', status: 'True' }, now)
  markReady(pod, false, now)
}

function markReady(pod: Pod, ready: boolean, now: number): void {
  if (isReady(pod) === ready && pod.status.conditions.some((one) => one.type === 'Ready')) return
  const condition = ready
    ? ({ status: 'True' } as const)
    : ({ status: 'False', reason: 'ContainersNotReady', message: 'containers with unready status' } as const)
  setCondition(pod.status.conditions, { type: 'ContainersReady', ...condition }, now)
  setCondition(pod.status.conditions, { type: 'Ready', ...condition }, now)
  const container = pod.status.containerStatuses?.[0]
  if (container !== undefined) container.ready = ready
}
