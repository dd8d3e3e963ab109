import { describe, expect, test } from '@jest/globals'
import { type ClusterNetwork, type CustomSnapshot, preflight, type PreflightWorld } from '../../src/index.ts'
import { deployment, placement, service } from '../builders.ts'
import { network, world } from './world.ts'

const open = { externalTrafficPolicy: 'Cluster' as const }
const first = (more: Partial<PreflightWorld>) =>
  preflight(world({ services: [service(open)], network: network(), ...more })).ports[0]

const key = 'Deployment/default/web'
const doubt = { because: 'names PriorityClass high, which is not among the files', cause: 'no_endpoints' as const }

describe('what is fine by the files', () => {
  test('is unknown where something that is not among them decides', () => {
    expect(first({ doubts: new Map([[key, doubt]]) })).toMatchObject({
      verdict: 'unknown',
      cause: 'no_endpoints',
      summary: 'Deployment default/web names PriorityClass high, which is not among the files.',
    })
  })

  test('stays so where other pods of the Service do without', () => {
    const other = deployment({ name: 'more', uid: 'more' })
    const doubts = new Map([[key, doubt]])
    expect(first({ doubts, workloads: [deployment(), other] })?.verdict).toBe('fine')
  })

  test('and what is dark for certain stays so', () => {
    const services = [service({ ...open, ports: service().ports.map((one) => ({ ...one, targetPort: 'nowhere' })) })]
    expect(first({ services, doubts: new Map([[key, doubt]]) })?.verdict).toBe('always_dark')
  })

  test('counts as it is in a cluster that runs', () => {
    expect(first({ isComplete: true, network: null, doubts: new Map([[key, doubt]]) })?.verdict).toBe('fine')
  })
})

describe('an edge proxy that opens its ports once it is asked', () => {
  const template = placement({ labels: { app: 'web', istio: 'ingressgateway' } })
  const of = (...customs: CustomSnapshot[]) => first({ workloads: [deployment({ template })], customs })
  const gateway = (selector: Record<string, string>, ports: number[]): CustomSnapshot => ({
    kind: 'Gateway',
    namespace: 'default',
    name: 'web',
    listens: { selector, ports },
  })
  const [{ port } = { port: 0 }] = service().ports

  test.each<[string, CustomSnapshot[], string]>([
    ['nothing asks', [], 'unknown'],
    ['a Gateway for other pods asks', [gateway({ istio: 'ingress' }, [port])], 'unknown'],
    ['a Gateway asks for another port', [gateway({ istio: 'ingressgateway' }, [9999])], 'unknown'],
    ['a Gateway asks', [gateway({ istio: 'ingressgateway' }, [port])], 'fine'],
    ['a Gateway of the Gateway API asks', [{ kind: 'Gateway', namespace: 'default', name: 'web' }], 'fine'],
  ])('%s', (_, customs, verdict) => {
    expect(of(...customs)?.verdict).toBe(verdict)
  })
})

test.each<[string, Partial<ClusterNetwork>]>([
  ['a pod network that serves NodePorts once it is told to is no proof that it does', { proxyMode: 'none' }],
])('%s', (_, more) => {
  const calico = { ...deployment({ name: 'calico-node', uid: 'calico', template: placement() }), kind: 'DaemonSet' }
  expect(first({ network: network(more), workloads: [deployment(), calico] })?.verdict).toBe('unknown')
})
