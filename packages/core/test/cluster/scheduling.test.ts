import { describe, expect, test } from '@jest/globals'
import { neverFitsBecause } from '../../src/index.ts'
import { node, placement } from '../builders.ts'

const gpu = { key: 'gpu', value: 'a100', effect: 'NoSchedule' as const }
const toleration = (key: string, more: object = {}) => ({
  key,
  operator: 'Exists' as const,
  value: '',
  effect: '',
  ...more,
})
const term = (key: string, operator: string, values: string[] = []) => ({
  matchExpressions: [{ key, operator, values }],
  matchFields: [],
})

describe('whether a pod can ever be on a node', () => {
  test.each([
    ['no demands, no taints', placement(), node('a'), null],
    [
      'a label that no node has but every object',
      placement({ requiredNodeTerms: [term('constructor', 'Exists')] }),
      node('a'),
      'required node affinity',
    ],
    ['a control-plane taint', placement(), node('cp'), 'taint node-role.kubernetes.io/control-plane:NoSchedule'],
    [
      'a taint that is tolerated by key',
      placement({ tolerations: [toleration('gpu')] }),
      node('a', { taints: [gpu] }),
      null,
    ],
    [
      'a taint that is tolerated with another value',
      placement({ tolerations: [toleration('gpu', { operator: 'Equal', value: 'h100' })] }),
      node('a', { taints: [gpu] }),
      'taint gpu=a100:NoSchedule',
    ],
    ['a toleration of everything', placement({ tolerations: [toleration('')] }), node('cp'), null],
    [
      'a toleration of another effect',
      placement({ tolerations: [toleration('gpu', { effect: 'NoExecute' })] }),
      node('a', { taints: [gpu] }),
      'taint gpu',
    ],
    ['a taint that only prefers', placement(), node('a', { taints: [{ ...gpu, effect: 'PreferNoSchedule' }] }), null],
    [
      'a cordon, which passes',
      placement(),
      node('a', {
        unschedulable: true,
        taints: [{ key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' }],
      }),
      null,
    ],
    [
      'a node that is not ready, which passes',
      placement(),
      node('a', { taints: [{ key: 'node.kubernetes.io/not-ready', value: '', effect: 'NoExecute' }] }),
      null,
    ],
    [
      'a nodeSelector that the node has',
      placement({ nodeSelector: { 'kubernetes.io/hostname': 'a' } }),
      node('a'),
      null,
    ],
    [
      'a nodeSelector that another node has',
      placement({ nodeSelector: { 'kubernetes.io/hostname': 'b' } }),
      node('a'),
      'nodeSelector asks for kubernetes.io/hostname=b',
    ],
    [
      'affinity In',
      placement({ requiredNodeTerms: [term('disk', 'In', ['ssd'])] }),
      node('a', { labels: { disk: 'ssd' } }),
      null,
    ],
    [
      'affinity NotIn',
      placement({ requiredNodeTerms: [term('disk', 'NotIn', ['ssd'])] }),
      node('a', { labels: { disk: 'ssd' } }),
      'affinity',
    ],
    [
      'affinity Exists without the label',
      placement({ requiredNodeTerms: [term('disk', 'Exists')] }),
      node('a'),
      'affinity',
    ],
    [
      'affinity Gt',
      placement({ requiredNodeTerms: [term('cores', 'Gt', ['4'])] }),
      node('a', { labels: { cores: '8' } }),
      null,
    ],
    [
      'the second of two terms matches',
      placement({ requiredNodeTerms: [term('disk', 'Exists'), term('disk', 'DoesNotExist')] }),
      node('a'),
      null,
    ],
    [
      'a term without expressions matches nothing',
      placement({ requiredNodeTerms: [{ matchExpressions: [], matchFields: [] }] }),
      node('a'),
      'affinity',
    ],
  ])('%s', (_, pod, on, because) => {
    const told = neverFitsBecause(pod, on)
    if (because === null) expect(told).toBeNull()
    else expect(told).toContain(because)
  })
})
