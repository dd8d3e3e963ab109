import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { isIncident, type IncidentLine, type PortolanWatch, watchWithPortolan } from './harness/portolan-watch.ts'
import { attempt, run } from './harness/shell.ts'
import { openStoryCluster, type StoryCluster } from './harness/story-cluster.ts'

/** The cluster of the run, looked at as one that no engine holds: by a context that is not kind's. */
describe('a real cluster of which only the context is known', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-any-cluster-'))
  const kubeconfig = join(folder, 'config')
  let cluster: StoryCluster
  let portolan: PortolanWatch

  beforeAll(async () => {
    cluster = await openStoryCluster()
    await cluster.reset()
    const access = await run(['kubectl', 'config', 'view', '--raw', '--minify', '--context', cluster.context])
    writeFileSync(kubeconfig, access.replaceAll(cluster.context, 'shop-dev'), { mode: 0o600 })
    portolan = watchWithPortolan(['--context', 'shop-dev', '--kubeconfig', kubeconfig])
  })
  afterAll(async () => {
    await (portolan as PortolanWatch | undefined)?.[Symbol.asyncDispose]()
    await (cluster as StoryCluster | undefined)?.reset()
    await (cluster as StoryCluster | undefined)?.[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true, force: true })
  })

  const at = (node: string, port: 'local' | 'cluster') => `node:${node}:${cluster.nodePort[port]}`
  const isState = (target: string, state: string, mark?: number) =>
    portolan.line(
      `that ${target} is ${state}`,
      (line) => line.type === 'target.state' && line.target === target && line.state === state,
      mark,
    )

  test('every node answers under policy Cluster; under Local the others than that of the pod are dark by design', async () => {
    await isState(at(cluster.mapped, 'local'), 'up')
    for (const node of cluster.others) await isState(at(node, 'local'), 'by_design')
    for (const node of [cluster.mapped, ...cluster.others]) await isState(at(node, 'cluster'), 'up')
    expect(portolan.incidents()).toEqual([])
  })

  test('a move of the pod changes what is expected of which node', async () => {
    const [away = '', other = ''] = cluster.others
    const mark = portolan.mark()
    await cluster.movePod(away)
    await isState(at(away, 'local'), 'up', mark)
    await isState(at(cluster.mapped, 'local'), 'by_design', mark)
    expect(portolan.lines().slice(mark)).not.toContainEqual(
      expect.objectContaining({ type: 'incident.opened', target: at(other, 'local') }),
    )
  })

  test('the address of a load balancer at a node without the pod is dark under policy Local, and the printed command cures it', async () => {
    // Of the network of the nodes, and nobody else's as long as every cluster takes those of its own nodes.
    const address = cluster.addresses[cluster.mapped]?.replace(/\.\d+\.(\d+)$/, '.251.$1') ?? ''
    await cluster.onNode(cluster.mapped, 'ip', 'address', 'add', `${address}/32`, 'dev', 'eth0')
    try {
      await cluster.kubectl('patch', 'service/local', '--patch', '{"spec":{"type":"LoadBalancer"}}')
      const status = JSON.stringify({ status: { loadBalancer: { ingress: [{ ip: address }] } } })
      await cluster.kubectl('patch', 'service/local', '--subresource=status', '--type=merge', '--patch', status)
      const incident = await portolan.line<IncidentLine>(
        'that the load balancer is dark by etp_local, and kube-proxy says so too',
        (line) =>
          isIncident(line) &&
          line.target === `lb:${address}:80` &&
          line.cause === 'etp_local' &&
          line.evidence.some(({ text }) =>
            text.startsWith(
              `kube-proxy on ${cluster.mapped} says that it has no endpoint of Service default/local there`,
            ),
          ),
      )
      expect(incident.summary).toContain(`${cluster.mapped} answers for the load balancer's address ${address}`)
      expect(await attempt(['sh', '-c', incident.remedies[0]?.command ?? 'false'])).toMatchObject({ code: 0, err: '' })
      await isState(`lb:${address}:80`, 'up')
    } finally {
      await cluster.onNode(cluster.mapped, 'ip', 'address', 'del', `${address}/32`, 'dev', 'eth0')
    }
  })
})
