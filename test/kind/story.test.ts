import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { explanationDocument, watchLine } from '@portolan/wire'
import { portolan } from './harness/portolan.ts'
import type { Heard, IncidentLine } from './harness/portolan-watch.ts'
import { attempt } from './harness/shell.ts'
import { openStory, type Story } from './harness/story.ts'
import { answers } from './harness/story-cluster.ts'
import { until } from './harness/until.ts'
import { MOVED, RESTORED, type RightCauses } from './harness/verdicts.ts'

/** One pod, three ways to it from the host, and all that the scheduler and the operator do to it. */
describe('the story on a real kind cluster', () => {
  let story: Story

  beforeAll(async () => {
    story = await openStory()
  })
  afterAll(async () => {
    await story[Symbol.asyncDispose]()
  })
  afterEach(() => {
    expect(story.wrong()).toEqual([])
  })

  const away = () => story.cluster.others[0] ?? ''
  const moveOf = (line: Heard) => line.type === 'placement.changed' && line.to.length > 0
  /** Everything as at the start, seen by the program as well. */
  const restored = async () => {
    story.phase(RESTORED)
    await story.cluster.reset()
    await story.calm()
  }

  test('it says first what it watches, and every port is up', () => {
    const [first] = story.portolan.lines()
    expect(first).toMatchObject({ type: 'watching', clusters: [story.cluster.name] })
    expect(story.portolan.incidents()).toEqual([])
  })

  test('the pod is deleted and comes back on an unmapped node: etp_local, proven, and hostport_off', async () => {
    story.phase(MOVED)
    const mark = story.portolan.mark()
    await story.cluster.movePod(away())
    const local = await story.proven('local', 'etp_local')
    expect(local.summary).toContain(away())
    expect(local.summary).toContain(story.cluster.mapped)
    expect(local.remedies[0]?.command).toMatch(/^kubectl --context=\S+ --namespace=default patch service\/local /)
    expect((await story.proven('hostPort', 'hostport_off')).summary).toContain(away())
    const move = await story.portolan.line('where the pod went', moveOf, mark)
    expect(move).toMatchObject({ kind: 'rescheduled', from: [story.cluster.mapped], to: [away()] })
    expect(move).toMatchObject({ workload: 'Deployment/default/app', reason: expect.stringContaining('delete') })
    await answers(story.cluster.hostPort.cluster)
  })

  test('the rule that drops the packets is read in the node for who asks for it', async () => {
    const { name, mapped, hostPort, nodePort } = story.cluster
    const end = await portolan(['explain', `${name}/${hostPort.local}`, '--prove', '--json'])
    expect(end.err).toContain(`docker exec ${mapped} iptables-save -c`)
    const { incident } = explanationDocument.parse(JSON.parse(end.out))
    expect(incident).toMatchObject({ cause: 'etp_local', confidence: 'proven' })
    const drops = new RegExp(
      `drops packets to port ${nodePort.local} \\(default/local\\S* has no local endpoints\\): \\d+ packets `,
    )
    expect(incident?.evidence).toContainEqual(
      expect.objectContaining({ kind: 'rule', text: expect.stringMatching(drops) }),
    )
  })

  test('the port of the Service with policy Cluster has no incident once the pod is ready', async () => {
    await until('only the other two are open', () => Promise.resolve(story.open().sort().join() === 'hostPort,local'))
  })

  test('the pod comes back to the mapped node: both are over', async () => {
    const incidents = await openIncidents()
    await story.cluster.movePod(story.cluster.mapped)
    for (const incident of incidents) expect((await story.closed(incident)).darkSeconds).toBeGreaterThan(0)
    await story.calm()
  })

  test('the mapped node is drained: the same, told as a drain', async () => {
    story.phase(MOVED)
    const mark = story.portolan.mark()
    await drain()
    const { spec } = await story.cluster.pod()
    const local = await story.proven('local', 'etp_local')
    expect(local.summary).toContain(spec.nodeName)
    expect(local.summary).toContain(story.cluster.mapped)
    await story.proven('hostPort', 'hostport_off')
    const move = await story.portolan.line('where the pod went', moveOf, mark)
    expect(move).toMatchObject({ kind: 'rescheduled', from: [story.cluster.mapped], to: [spec.nodeName] })
    expect(move).toMatchObject({ reason: expect.stringContaining('drain') })
  })

  test('the very command that etp_local prints makes the port answer, and the incident close', async () => {
    await story.cluster.kubectl('uncordon', story.cluster.mapped)
    await expectCured(await story.proven('local', 'etp_local'), story.cluster.hostPort.local)
  })

  test('the very command that hostport_off prints makes the port answer, and the incident close', async () => {
    await expectCured(await story.proven('hostPort', 'hostport_off'), story.cluster.hostPort.hostPort)
  })

  test('scaled to 0: no_endpoints everywhere; its command brings the pod back', async () => {
    await restored()
    story.phase(SCALED)
    await story.cluster.scale(0)
    const local = await story.proven('local', 'no_endpoints')
    await story.proven('cluster', 'no_endpoints')
    await story.proven('hostPort', 'no_endpoints')
    await story.cluster.kubectl('cordon', ...story.cluster.others)
    await expectCured(local, story.cluster.hostPort.local)
  })

  test('the mapped node is stopped: node_down everywhere, over when it is back', async () => {
    await restored()
    story.phase(STOPPED)
    await story.cluster.stopNode(story.cluster.mapped)
    const incidents = [
      await story.proven('local', 'node_down'),
      await story.proven('cluster', 'node_down'),
      await story.proven('hostPort', 'node_down'),
    ]
    for (const { summary } of incidents) expect(summary).toContain(story.cluster.mapped)
    await story.cluster.startNode(story.cluster.mapped)
    for (const incident of incidents) await story.closed(incident)
  })

  test('then all is well, every line kept the contract, and an interrupt ends it cleanly', async () => {
    await restored()
    expect(story.open()).toEqual([])
    for (const { receivedAt: _, ...line } of story.portolan.lines()) {
      expect(watchLine.safeParse(line).error).toBeUndefined()
    }
    expect(await story.portolan.interrupt()).toEqual({ code: 0, err: '' })
  })

  async function drain(): Promise<void> {
    const options = ['--ignore-daemonsets', '--delete-emptydir-data', '--force', '--timeout=120s']
    await story.cluster.kubectl('drain', story.cluster.mapped, ...options)
  }

  async function openIncidents(): Promise<IncidentLine[]> {
    return [await story.proven('local', 'etp_local'), await story.proven('hostPort', 'hostport_off')]
  }

  async function expectCured(incident: IncidentLine, port: number): Promise<void> {
    const command = incident.remedies[0]?.command ?? ''
    expect(command).not.toBe('')
    expect(await attempt(['sh', '-c', command])).toMatchObject({ code: 0, err: '' })
    await answers(port)
    await story.closed(incident)
  }
})

const SCALED: RightCauses = {
  local: [...MOVED.cluster],
  cluster: [...MOVED.cluster],
  hostPort: [...MOVED.cluster],
}

/** After its start the node has its pods to restart first. */
const STOPPED: RightCauses = {
  local: ['node_down', ...MOVED.cluster],
  cluster: ['node_down', ...MOVED.cluster],
  hostPort: ['node_down', ...MOVED.cluster],
}
