import { describe, expect, test } from '@jest/globals'
import { manifestsOf } from './source-of.ts'

const object = (apiVersion: string, kind: string, more = '', name = 'web') =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${name}}\n${more}`
const pods =
  '{metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: web, ports: [{containerPort: 80}]}]}}'

describe('objects that Kubernetes does not know itself', () => {
  test.each([
    ['helm.cattle.io/v1', 'HelmChart'],
    ['gateway.networking.k8s.io/v1', 'HTTPRoute'],
    ['traefik.io/v1alpha1', 'IngressRoute'],
    ['argoproj.io/v1alpha1', 'Application'],
  ])('%s %s may bring pods, Services and listeners', (apiVersion, kind) => {
    expect(manifestsOf(object(apiVersion, kind)).customs).toEqual([{ kind, namespace: 'default', name: 'web' }])
  })

  test.each([
    ['v1', 'ConfigMap'],
    ['rbac.authorization.k8s.io/v1', 'Role'],
    ['cert-manager.io/v1', 'Certificate'],
    ['monitoring.coreos.com/v1', 'ServiceMonitor'],
    ['kustomize.config.k8s.io/v1beta1', 'Kustomization'],
    ['kind.x-k8s.io/v1alpha4', 'Cluster'],
  ])('%s %s brings none', (apiVersion, kind) => {
    expect(manifestsOf(object(apiVersion, kind)).customs).toEqual([])
  })

  test('one with a template of pods is a workload', () => {
    const { workloads, customs } = manifestsOf(
      object('argoproj.io/v1alpha1', 'Rollout', `spec: {replicas: 2, template: ${pods}}\n`),
    )
    expect(customs).toEqual([])
    expect(workloads).toMatchObject([{ kind: 'Rollout', replicas: 2, template: { labels: { app: 'web' } } }])
  })

  test('one of the name and kind of a Service is another object', () => {
    const knative = object('serving.knative.dev/v1', 'Service', `spec: {template: ${pods}}\n`)
    const { services, workloads, notes } = manifestsOf(
      object('v1', 'Service', 'spec: {ports: [{port: 80}]}\n'),
      knative,
    )
    expect(services).toHaveLength(1)
    expect(workloads.map(({ kind }) => kind)).toEqual(['Service.serving.knative.dev'])
    expect(notes).toEqual([])
  })

  test('are found in long output as well', () => {
    const filler = object('v1', 'ConfigMap', `data: {text: ${'x'.repeat(200_000)}}\n`, 'long')
    expect(manifestsOf(`${filler}---\n${object('traefik.io/v1alpha1', 'IngressRoute')}`).customs).toHaveLength(1)
  })

  test('of a shape that is not known are no fault of the file', () => {
    const odd = object('example.org/v1', 'Thing', 'spec: {template: {metadata: {labels: {a: b}}, spec: 3}}\n')
    expect(manifestsOf(odd)).toMatchObject({ problems: [], customs: [{ kind: 'Thing' }] })
  })
})

describe('what scales pods', () => {
  test.each([
    ['autoscaling/v2', 'HorizontalPodAutoscaler', 'scaleTargetRef: {kind: Deployment, name: web}, minReplicas: 3', 3],
    ['autoscaling/v2', 'HorizontalPodAutoscaler', 'scaleTargetRef: {kind: Deployment, name: web}', 1],
    ['keda.sh/v1alpha1', 'ScaledObject', 'scaleTargetRef: {name: web}', 0],
    ['keda.sh/v1alpha1', 'ScaledObject', 'scaleTargetRef: {name: web}, minReplicaCount: 2', 2],
    ['http.keda.sh/v1alpha1', 'HTTPScaledObject', 'scaleTargetRef: {deployment: web}, replicas: {min: 1}', 1],
  ])('%s %s %s', (apiVersion, kind, spec, least) => {
    const { autoscalers } = manifestsOf(object(apiVersion, kind, `spec: {${spec}}\n`))
    expect(autoscalers).toMatchObject([{ kind, target: { kind: 'Deployment', name: 'web' }, least }])
  })
})

describe('the same object twice', () => {
  const web = (nodePort: number) =>
    object('v1', 'Service', `spec: {type: NodePort, ports: [{port: 80, nodePort: ${nodePort}}]}\n`)

  test('the last one counts, and a note says where the others are', () => {
    const { services, places, notes } = manifestsOf(web(30001), web(30002), web(30003))
    expect(services.map(({ ports }) => ports[0]?.nodePort)).toEqual([30003])
    expect(places.get('Service/default/web')?.chunk.source.name).toBe('2.yaml')
    expect(notes.map(({ file, text }) => [file, text])).toEqual([
      ['1.yaml', expect.stringContaining('before that at 0.yaml:1')],
      ['2.yaml', expect.stringContaining('before that at 1.yaml:1')],
    ])
  })

  test('one in another namespace is another one', () => {
    expect(
      manifestsOf(web(30001), web(30002).replace('name: web', 'name: web, namespace: other')).services,
    ).toHaveLength(2)
  })
})

test.each([
  ['{}', undefined],
  ['{ipFamilies: [IPv6]}', ['IPv6']],
  ['{ipFamilyPolicy: PreferDualStack}', ['IPv4', 'IPv6']],
  ['{ipFamilies: [IPv6], ipFamilyPolicy: SingleStack}', ['IPv6']],
])('the families of a Service of %s', (spec, families) => {
  expect(manifestsOf(object('v1', 'Service', `spec: ${spec}\n`)).services[0]?.families).toEqual(families)
})

test.each([
  [object('metallb.io/v1beta1', 'IPAddressPool'), true],
  [object('v1', 'ConfigMap', 'data: {config: "address-pools: []"}\n', 'config, namespace: metallb-system'), true],
  [
    object('apps/v1', 'Deployment', `spec: {template: ${pods.replace('name: c', 'name: c, image: x/kube-vip:1')}}\n`),
    true,
  ],
  [object('v1', 'ConfigMap'), null],
])('whether anything hands out addresses is known where it is named', (text, expected) => {
  expect(manifestsOf(text).loadBalancers).toBe(expected)
})
