import { describe, expect, test } from '@jest/globals'
import { preflight, type PreflightWorld } from '../../src/index.ts'
import { deployment, mapped, node, service, withHostPort } from '../builders.ts'
import { world } from './world.ts'

/** Wants host port 80, and is behind the NodePort. */
const mine = (more: Parameters<typeof deployment>[0] = {}) => deployment({ template: withHostPort(80), ...more })
const theirs = (kind: string, replicas = 1) => ({
  ...deployment({ name: 'other', uid: 'other', replicas, template: { ...withHostPort(80), labels: { app: 'other' } } }),
  kind,
})
const rivals = (own: PreflightWorld['workloads'][number], other: PreflightWorld['workloads'][number]) =>
  world({
    containers: [mapped('a', { 8080: 30080 })],
    nodes: [node('a'), node('b')],
    services: [service({ externalTrafficPolicy: 'Cluster' })],
    workloads: [own, other],
  })
const first = (given: PreflightWorld) => preflight(given).ports[0]
const warned = (given: PreflightWorld) => preflight(given).warnings.map(({ cause }) => cause)

describe('two workloads that want one host port', () => {
  test.each([
    ['two DaemonSets', { ...mine(), kind: 'DaemonSet' }, theirs('DaemonSet'), 'may_go_dark'],
    ['a Deployment beside a DaemonSet', mine(), theirs('DaemonSet'), 'may_go_dark'],
    ['two Deployments that take both nodes', mine({ replicas: 2 }), theirs('Deployment', 2), 'may_go_dark'],
    ['two Deployments with a node for each', mine(), theirs('Deployment'), 'fine'],
    ['a rival that asks for no pods', mine(), theirs('Deployment', 0), 'fine'],
  ])('%s', (_, own, other, verdict) => {
    const given = rivals(own, other)
    expect(first(given)).toMatchObject({ verdict, cause: verdict === 'fine' ? null : 'pod_pending' })
    expect(warned(given)).toEqual(verdict === 'fine' ? [] : ['pod_pending'])
  })

  test('are no fault of the host port itself, at which either answers', () => {
    const both = rivals({ ...mine(), kind: 'DaemonSet' }, theirs('DaemonSet'))
    expect(first({ ...both, containers: [mapped('a', { 8080: 80 })], services: [] })?.verdict).toBe('fine')
  })
})
