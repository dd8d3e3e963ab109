import { expect, test } from '@jest/globals'
import { K3sArguments, networkOf, readLabels, readTaints } from '../src/k3s-arguments.ts'

const network = (...words: string[]) => networkOf(new K3sArguments(words))

test('Traefik and ServiceLB are there unless they are disabled, however that is written', () => {
  expect(network()).toMatchObject({ servesBalancers: true, edgePorts: [80, 443] })
  expect(network('--disable=traefik')).toMatchObject({ servesBalancers: true, edgePorts: [] })
  expect(network('--disable', 'traefik')).toMatchObject({ edgePorts: [] })
  expect(network('--disable traefik')).toMatchObject({ edgePorts: [] })
  expect(network('--no-deploy=metrics-server,servicelb')).toMatchObject({ servesBalancers: false, edgePorts: [] })
})

test.each([
  [['--flannel-backend=none'], { hasPodNetwork: false }],
  [['--flannel-backend=host-gw'], { hasPodNetwork: true }],
  [['--disable-kube-proxy'], { proxyMode: 'none' }],
  [['--disable-kube-proxy=false'], { proxyMode: 'iptables' }],
  [['--service-node-port-range=80-90'], { nodePortRange: { first: 80, last: 90 } }],
  [['--kube-apiserver-arg=service-node-port-range=80-90'], { nodePortRange: { first: 80, last: 90 } }],
  [['--cluster-cidr=10.42.0.0/16,fd00::/56'], { family: 'dual' }],
  [['--cluster-cidr=fd00::/56'], { family: 'ipv6' }],
])('%j', (words, expected) => expect(network(...words)).toMatchObject(expected))

test('labels and taints', () => {
  expect(readLabels(['a=b', 'c', 'd=e=f', ''])).toEqual({ a: 'b', c: '', d: 'e=f' })
  expect(readTaints(['a=b:NoExecute', 'c:NoSchedule', 'd=e', 'f:Sometimes'])).toEqual([
    { key: 'a', value: 'b', effect: 'NoExecute' },
    { key: 'c', value: '', effect: 'NoSchedule' },
  ])
})
