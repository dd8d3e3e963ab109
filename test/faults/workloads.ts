import { container } from '../kind/harness/workloads.ts'

/** The label that the pods of a workload beside the story have. */
const labelled = (name: string) => ({ app: name, group: 'web' })

interface Workload {
  name: string
  replicas?: number
  environment?: { name: string; value: string }[]
}

/** A Deployment beside the story, of the same program; nothing asks whether it is ready. */
export const workload = ({ name, replicas = 1, environment = [] }: Workload) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: labelled(name) },
    template: {
      metadata: { labels: labelled(name) },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [{ name, ...container, command: ['sh', '-c', HELD, ...container.command], env: environment }],
      },
    },
  },
})

/** The container goes on when its program, whose id is in /tmp/program, is stopped. */
const HELD = '"$0" "$@" & echo $! > /tmp/program; while :; do sleep 1; done'

/** The pod lives and its program gets a signal. */
export const signalProgram = (name: 'KILL' | 'STOP') => ['sh', '-c', `kill -s ${name} "$(cat /tmp/program)"`]

export const policy = (spec: object) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'lab' },
  spec,
})
