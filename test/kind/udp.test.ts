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
    await cluster.placeDns(cluster.mapped)
    portolan = watchWithPortolan(['--cluster', cluster.name])
  })
  afterAll(async () => {
    await portolan[Symbol.asyncDispose]()
    await cluster.kubectl('-n', 'kube-system', 'delete', 'service', 'dns-out', '--ignore-not-found')
    await cluster.placeDns(`${cluster.name}-control-plane`)
    await cluster[Symbol.asyncDispose]()
  })

  test('is asked in DNS, and up', async () => {
    await portolan.line('that DNS is up', (line) => isState(line) && line.state === 'up')
  })

  test('goes dark when the server moves to another node: etp_local, proven; the printed command cures it', async () => {
    const mark = portolan.mark()
    await cluster.placeDns(cluster.others[0] ?? '')
    const incident = await portolan.line<IncidentLine>(
      'that DNS is dark by etp_local, proven',
      (line) =>
        isIncident(line) && line.target === target && line.cause === 'etp_local' && line.confidence === 'proven',
      mark,
    )
    expect(await attempt(['sh', '-c', incident.remedies[0]?.command ?? ''])).toMatchObject({ code: 0 })
    await portolan.line('that it is over', (line) => line.type === 'incident.closed' && line.id === incident.id)
  })

  function isState(line: Heard): line is Heard & { type: 'target.state' } {
    return line.type === 'target.state' && line.target === target
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
