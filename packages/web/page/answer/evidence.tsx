import { now } from '../clock.ts'
import type { IncidentDocument } from '../documents.ts'
import { moment } from '../time.ts'

type Evidence = IncidentDocument['evidence'][number]

const KINDS: Record<Evidence['kind'], string> = {
  rule: 'rule on the node',
  object: 'object',
  engine: 'engine',
  probe: 'probe',
  absence: 'missing',
  event: 'event',
  history: 'history',
}

/** What proves most comes first. */
const WEIGHT = Object.keys(KINDS)

export function Evidence({ evidence }: { evidence: IncidentDocument['evidence'] }) {
  const sorted = evidence.toSorted((a, b) => WEIGHT.indexOf(a.kind) - WEIGHT.indexOf(b.kind))
  return (
    <ul class="evidence">
      {sorted.map(({ kind, text, at, object }) => (
        <li key={`${kind} ${text}`}>
          <time dateTime={at}>{moment(Date.parse(at), now(), 'milliseconds')}</time>
          <span class="tag">{KINDS[kind]}</span>
          <span>
            {text}
            {object === undefined ? null : (
              <small title={`uid ${object.uid}, resourceVersion ${object.resourceVersion}`}>
                {object.kind} {object.namespace === '' ? object.name : `${object.namespace}/${object.name}`}
              </small>
            )}
          </span>
        </li>
      ))}
    </ul>
  )
}
