import type { VantageDocument } from '../documents.ts'

/** Something inside the cluster that agents looked at, and what they saw of it. */
export interface InsideThing {
  /** As `pod web/web-1:8080`, `Service web/web:80`, `NodePort 30080 of kind-worker`. */
  name: string
  seen: { symptom: NonNullable<VantageDocument['symptom']>; from: string[] }[]
}

const FROM_NODE = 'node/'

/** From outside, where the people are who use the port. */
export function isOfHost({ vantage }: Pick<VantageDocument, 'vantage'>): boolean {
  return vantage.startsWith('host/')
}

/** What was seen from inside, thing by thing: from where it was answered, and from where not. */
export function byThing(vantages: readonly VantageDocument[]): InsideThing[] {
  const inside = vantages.flatMap(({ vantage, target, symptom }) =>
    symptom === null || isOfHost({ vantage }) ? [] : [{ target, symptom, from: placeOf(vantage) }],
  )
  return [...Map.groupBy(inside, ({ target }) => target)].map(([target, all]) => ({
    name: nameOf(target),
    seen: [...Map.groupBy(all, ({ symptom }) => symptom)].map(([symptom, from]) => ({
      symptom,
      from: from.map((one) => one.from).sort(),
    })),
  }))
}

function placeOf(vantage: string): string {
  if (vantage === 'api/port-forward') return 'inside the pod (port-forward)'
  return vantage.startsWith(FROM_NODE) ? vantage.slice(FROM_NODE.length) : 'the API server (pod proxy)'
}

function nameOf(target: string): string {
  const [kind = '', ...rest] = target.split(':')
  if (kind === 'pod') return `pod ${rest.join(':')}`
  if (kind === 'service') return `Service ${rest.join(':')}`
  if (kind === 'node') return `port ${rest.at(-1)} of ${rest.slice(0, -1).join(':')}`
  return target
}
