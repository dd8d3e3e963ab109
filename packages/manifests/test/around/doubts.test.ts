import { expect, test } from '@jest/globals'
import { noteAround, nothingAround, type Template } from '../../src/around/around.ts'
import { doubtOfPods } from '../../src/around/doubts.ts'

const MANY = 3000

test('thousands of quotas, limits, guards and volumes are compared with thousands of pods in reasonable time', () => {
  const around = nothingAround(['standard'])
  const note = (kind: string, apiVersion: string, name: string, spec: object, namespace = 'shop') =>
    noteAround(around, kind, apiVersion, { metadata: { name, namespace }, spec })
  const storage = (size: string) => ({ storageClassName: '', accessModes: ['ReadWriteOnce'], ...sizeOf(size) })
  const sizeOf = (size: string) => ({ capacity: { storage: size }, resources: { requests: { storage: size } } })
  note('PersistentVolumeClaim', 'v1', 'data', storage('1Gi'))
  note('PersistentVolume', 'v1', 'fits', storage('1Gi'))
  for (let index = 0; index < MANY; index += 1) {
    note('ResourceQuota', 'v1', `quota-${index}`, { hard: { cpu: '1' } })
    note('LimitRange', 'v1', `limit-${index}`, { limits: [{ type: 'Container', max: { cpu: '1' } }] })
    note('PersistentVolume', 'v1', `volume-${index}`, storage('1Mi'))
    const spec = { endpointSelector: { matchLabels: { app: 'other' } }, ingress: [] }
    note('CiliumNetworkPolicy', 'cilium.io/v2', `policy-${index}`, spec)
  }
  const volume = (name: string) => ({ name, persistentVolumeClaim: { claimName: 'data' } })
  const templates = Array.from(
    { length: MANY },
    (_, index): Template => ({
      kind: 'Deployment',
      namespace: 'shop',
      name: `web-${index}`,
      labels: { app: 'web' },
      spec: { containers: [{}], volumes: [volume('a'), volume('b')] },
      claimTemplates: [],
    }),
  )
  expect(templates.map((one) => doubtOfPods(around, one))).toEqual(templates.map(() => null))
  note('CiliumNetworkPolicy', 'cilium.io/v2', 'last', {
    endpointSelector: { matchLabels: { app: 'web' } },
    ingress: [],
  })
  expect(templates.slice(0, 1).map((one) => doubtOfPods(around, one))).toMatchObject([
    { because: expect.stringContaining('CiliumNetworkPolicy shop/last') },
  ])
})
