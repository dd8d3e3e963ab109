import { expect, test } from '@jest/globals'
import type { V1Ingress, V1IngressClass } from '@kubernetes/client-node'
import { trimIngress, trimIngressClass } from '../../src/trim/ingress.ts'

const metadata = { name: 'shop', namespace: 'default', uid: 'u', resourceVersion: '7' }

const INGRESS: V1Ingress = {
  metadata,
  spec: {
    ingressClassName: 'nginx',
    defaultBackend: { service: { name: 'home', port: { number: 80 } } },
    tls: [{ hosts: ['shop.localhost'], secretName: 'shop-tls' }],
    rules: [
      {
        host: 'shop.localhost',
        http: {
          paths: [
            { path: '/', pathType: 'Prefix', backend: { service: { name: 'shop', port: { name: 'http' } } } },
            { pathType: 'Prefix', backend: { resource: { kind: 'Bucket', name: 'files' } } },
          ],
        },
      },
    ],
  },
  status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }, { hostname: 'edge.example' }] } },
}

test('an Ingress becomes its rules, the default backend as the last one, with where each is in the object', () => {
  expect(trimIngress(INGRESS)).toMatchObject({
    className: 'nginx',
    rules: [
      {
        host: 'shop.localhost',
        path: '/',
        place: '/spec/rules/0/http/paths/0/backend',
        backend: { service: 'shop', port: 'http' },
      },
      { path: '/', place: '/spec/rules/0/http/paths/1/backend', backend: null },
      { host: '', path: '/', place: '/spec/defaultBackend', backend: { service: 'home', port: '80' } },
    ],
    tls: [{ hosts: ['shop.localhost'], secretName: 'shop-tls' }],
    addresses: ['192.0.2.1', 'edge.example'],
  })
})

test.each([
  [{}, null],
  [{ 'kubernetes.io/ingress.class': 'traefik' }, 'traefik'],
])('with the annotations %j and no class of its own it is of class %s', (annotations, className) => {
  expect(trimIngress({ metadata: { ...metadata, annotations } }).className).toBe(className)
})

test('a canary is known by its annotation', () => {
  const annotations = { 'nginx.ingress.kubernetes.io/canary': 'true' }
  expect(trimIngress({ metadata: { ...metadata, annotations } }).canary).toBe(true)
})

test('a class becomes its controller, and whether it is the default', () => {
  const annotations = { 'ingressclass.kubernetes.io/is-default-class': 'true' }
  const given: V1IngressClass = { metadata: { ...metadata, annotations }, spec: { controller: 'k8s.io/ingress-nginx' } }
  expect(trimIngressClass(given)).toMatchObject({ controller: 'k8s.io/ingress-nginx', isDefault: true })
})
