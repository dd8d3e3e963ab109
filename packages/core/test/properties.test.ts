import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createClusterState, type Fact, type Incident, type Observation, reduce, type Symptom } from '../src/index.ts'
import { container, deployment, mapped, node, pod, replicaSet, service, slice, START } from './builders.ts'
import { DOCKER } from './world.ts'

type Step =
  | { kind: 'probe'; symptom: Symptom; vantage: string }
  | { kind: 'move'; to: string }
  | { kind: 'wait'; ms: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('probe' as const),
    symptom: fc.constantFrom<Symptom>(
      'ok',
      'silent',
      'closed',
      'reset',
      'refused',
      'connect_timeout',
      'local_error',
      'http_status',
    ),
    vantage: fc.constantFrom('host/loopback4', 'host/lan', 'host/node-address'),
  }),
  fc.record({ kind: fc.constant('move' as const), to: fc.constantFrom('a', 'b', 'c') }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 20_000 }) }),
)

function factsOf(steps: Step[]): Fact[] {
  const facts: Fact[] = []
  let now = START
  let pods = 1
  const tell = (observed: Observation) =>
    facts.push({
      cluster: 'kind',
      source: 'test',
      boot: '1',
      sequence: facts.length + 1,
      at: now,
      receivedAt: now,
      observed,
    })
  tell({ kind: 'engine', status: 'connected', engine: DOCKER })
  tell({ kind: 'vantages', lan: '192.0.2.7', loopback6: false })
  tell({ kind: 'containers', containers: [mapped('a', { 30080: 30080 }), container('b'), container('c')] })
  const first = pod('web-1', 'a')
  tell({ kind: 'listed', resource: 'nodes', objects: [node('a'), node('b'), node('c')] })
  tell({ kind: 'listed', resource: 'deployments', objects: [deployment()] })
  tell({ kind: 'listed', resource: 'replicasets', objects: [replicaSet()] })
  tell({ kind: 'listed', resource: 'services', objects: [service()] })
  tell({ kind: 'listed', resource: 'pods', objects: [first] })
  tell({ kind: 'listed', resource: 'endpointslices', objects: [slice([first])] })
  for (const one of steps) {
    now += 50
    if (one.kind === 'wait') {
      now += one.ms
      tell({ kind: 'tick' })
    } else if (one.kind === 'move') {
      const object = pod(`web-${++pods}`, one.to)
      tell({ kind: 'object', change: 'deleted', object: pod(`web-${pods - 1}`, 'a') })
      tell({ kind: 'object', change: 'set', object })
      tell({ kind: 'object', change: 'set', object: slice([object]) })
    } else {
      const { symptom, vantage } = one
      tell({
        kind: 'outcome',
        outcome: {
          target: 'host:30080',
          vantage: vantage as 'host/lan',
          startedAt: now,
          durationMs: 2,
          symptom,
          protocol: 'http',
          phases: {},
          timeoutMs: 2000,
          burst: false,
        },
      })
    }
  }
  return facts
}

function run(facts: Fact[]) {
  const state = createClusterState('kind')
  const effects = facts.flatMap((fact) => reduce(state, fact))
  const incidents = effects.flatMap((effect) =>
    effect.kind === 'announce' && 'incident' in effect.change ? [effect.change] : [],
  )
  return { state, effects, incidents }
}

describe('whatever happens, in whatever order', () => {
  test('a second delivery of every fact changes nothing', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const facts = factsOf(steps)
        const twice = facts.flatMap((fact) => [fact, fact])
        expect(JSON.stringify(run(twice).effects)).toBe(JSON.stringify(run(facts).effects))
      }),
    )
  })

  test('incidents open once, close once, and their dark time is never negative', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let open: Incident | null = null
        for (const { type, incident } of run(factsOf(steps)).incidents) {
          if (type === 'incident.opened') {
            expect(open).toBeNull()
            open = incident
          } else {
            expect(incident.id).toBe((open as Incident | null)?.id)
            open = type === 'incident.closed' ? null : incident
          }
          expect(incident.darkSince).toBeLessThanOrEqual(incident.openedAt)
          if (incident.darkUntil !== null) expect(incident.darkUntil).toBeGreaterThanOrEqual(incident.darkSince)
        }
      }),
    )
  })

  test('etp_local is said only while no endpoint is on the mapped node', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        for (const { type, incident } of run(factsOf(steps)).incidents) {
          if (incident.cause !== 'etp_local' || type === 'incident.closed') continue
          expect(incident.summary).not.toMatch(/only pod is on a\b/)
        }
      }),
    )
  })

  test('answers alone never open an incident', () => {
    const answers = step.filter(
      (one) =>
        one.kind !== 'probe' || one.symptom === 'ok' || one.symptom === 'http_status' || one.symptom === 'local_error',
    )
    fc.assert(
      fc.property(fc.array(answers, { maxLength: 60 }), (steps) => expect(run(factsOf(steps)).incidents).toEqual([])),
    )
  })
})
