import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { DNS_NODE_PORT } from './harness/make-cluster.ts'
import {
  type Heard,
  type IncidentLine,
  isIncident,
  type PortolanWatch,
  watchWithPortolan,
} from './harness/portolan-watch.ts'
import { attempt, run } from './harness/shell.ts'
import { openStoryCluster, type StoryCluster } from './harness/story-cluster.ts'

/** The cluster's own DNS server, mapped to the host over UDP. */
describe('a UDP port on a real kind cluster', () => {
  let cluster: StoryCluster
  let portolan: PortolanWatch
  let target: string

  beforeAll(async () => {
    cluster = await openStoryCluster()
    const told = await run(['docker', 'port', cluster.mapped, `${DNS_NODE_PORT}/udp`])
    target = `host:${/:(\d+)/.exec(told)?.[1]}/udp`
    await run(['kubectl', '--context', cluster.context, 'apply', '-f', '-'], { input: SERVICE })
    await cluster.kubectl('-n', 'kube-system', 'scale', 'deployment', 'coredns', '--replicas=1')
    await moveDns(cluster.mapped)
    portolan = watchWithPortolan('--cluster', cluster.name)
  })
  afterAll(async () => {
    await portolan[Symbol.asyncDispose]()
    await cluster.kubectl('-n', 'kube-system', 'delete', 'service', 'dns-out', '--ignore-not-found')
    await cluster[Symbol.asyncDispose]()
  })

  test('is asked in DNS, and up', async () => {
    await portolan.line('that DNS is up', (line) => isState(line) && line.state === 'up')
  })

  test('goes dark when the server moves to another node: etp_local, proven; the printed command cures it', async () => {
    const mark = portolan.mark()
    await moveDns(cluster.others[0] ?? '')
    const incident = await portolan.line<IncidentLine>(
      'that DNS is dark by etp_local, proven',
      (line) =>
        isIncident(line) && line.target === target && line.cause === 'etp_local' && line.confidence === 'proven',
      mark,
    )
    expect(new Set(Object.values(incident.vantages))).toEqual(new Set(['silent']))
    expect(await attempt(['sh', '-c', incident.remedies[0]?.command ?? ''])).toMatchObject({ code: 0 })
    await portolan.line('that it is over', (line) => line.type === 'incident.closed' && line.id === incident.id)
  })

  function isState(line: Heard): line is Heard & { type: 'target.state' } {
    return line.type === 'target.state' && line.target === target
  }

  /** Done when the only server is ready on this node. */
  async function moveDns(node: string): Promise<void> {
    const closed = [`${cluster.name}-control-plane`, cluster.mapped, ...cluster.others].filter((one) => one !== node)
    await cluster.kubectl('cordon', ...closed)
    try {
      await cluster.kubectl('-n', 'kube-system', 'delete', 'pod', '-l', 'k8s-app=kube-dns')
      await cluster.kubectl('-n', 'kube-system', 'rollout', 'status', 'deployment/coredns', '--timeout=120s')
    } finally {
      await cluster.kubectl('uncordon', ...closed)
    }
  }
})

const SERVICE = `
apiVersion: v1
kind: Service
metadata: { name: dns-out, namespace: kube-system }
spec:
  type: NodePort
  externalTrafficPolicy: Local
  selector: { k8s-app: kube-dns }
  ports: [{ name: dns, port: 53, nodePort: ${DNS_NODE_PORT}, protocol: UDP }]
`
