import { describe, expect, test } from '@jest/globals'
import { commandText, PortolanError } from '@portolan/core'
import fc from 'fast-check'
import { changesOf, printedFix } from '../../src/demo/fix.ts'
import { shellWords } from '../../src/demo/shell-words.ts'
import { incident } from '../views.ts'

test('the words of a printed command are read as they were written', () => {
  // A word that holds what nobody sees is written in another way, which no command of a demo needs.
  const words = fc.array(fc.string({ unit: 'grapheme-ascii', minLength: 1 }), { minLength: 1 })
  fc.assert(fc.property(words, (some) => expect(shellWords(commandText(some))).toEqual(some)))
})

describe('the fix that was printed', () => {
  test('of a Service is a patch', () => {
    const command = `kubectl --kubeconfig=/tmp/k --context=kind-practice --namespace=default patch service/web --patch='{"spec":{"externalTrafficPolicy":"Cluster"}}'`
    expect(changesOf(command)).toEqual([
      {
        path: '/api/v1/namespaces/default/services/web',
        contentType: 'application/strategic-merge-patch+json',
        body: '{"spec":{"externalTrafficPolicy":"Cluster"}}',
      },
    ])
  })

  test('that scales changes the replicas; two commands are two changes', () => {
    const scale = 'kubectl --namespace=default scale deployment/web --replicas=2'
    const change = {
      path: '/apis/apps/v1/namespaces/default/deployments/web/scale',
      contentType: 'application/merge-patch+json',
      body: '{"spec":{"replicas":2}}',
    }
    expect(changesOf(`${scale} && ${scale}`)).toEqual([change, change])
  })

  test.each(['docker start practice-worker', 'kubectl delete pod web', 'kubectl patch service/web', ''])(
    '"%s" is left to the user',
    (command) => expect(() => changesOf(command)).toThrow(PortolanError),
  )

  test('is that of a port that is dark still, and not of one that only has to wait', () => {
    const fix = { text: 'Let every node forward', command: 'kubectl patch' }
    const over = incident({ closedAt: 1, remedies: [fix] })
    const waits = incident({ remedies: [{ text: 'Wait' }, fix] })
    const dark = incident({ remedies: [fix] })
    expect(printedFix([over, waits])).toBeNull()
    expect(printedFix([over, waits, dark])?.incident).toBe(dark)
  })
})
