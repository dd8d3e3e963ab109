import { type ClusterObjects, type DrainedPort, drainText, foreseeDrain } from '@portolan/core'
import type { ObjectsDocument } from '@portolan/wire'
import { useMemo } from 'preact/hooks'
import { Fix } from '../answer/fix.tsx'
import type { Live } from '../live.ts'
import { go } from '../navigation.ts'
import { CauseNote } from '../parts/cause-note.tsx'
import { Link } from '../parts/link.tsx'
import { Mark } from '../parts/mark.tsx'
import { useAnswer } from '../parts/use-answer.ts'
import { useBeat } from '../parts/use-beat.ts'
import { isSeveral, nodeName } from '../words.ts'
import { choiceName, type DrainChoice, nodesOf, podsOf, readChoice, writeChoice } from './choices.ts'
import { byFate, FATE_WORDS, fateOf, FATES, type Fate, summaryOf } from './drain-groups.ts'

const REFRESH_MS = 15_000
/** So many are shown at once, whatever happens to them. */
const FEW = 4
/** More than that are only counted. */
const MOST_SHOWN = 40
const MOST_NAMED = 60

const MARKS = {
  dark: 'down',
  maybe: 'flapping',
  gap: 'flapping',
  unknown: 'unknown',
  still: 'gap',
  fine: 'up',
} as const

/** What a drain would do to the ports, by the same forecast as `check --live --drain`, made here. */
export function WhatIfView({ live, drain }: { live: Live; drain: string | null }) {
  const { value } = useAnswer<ObjectsDocument>('/objects', useBeat(REFRESH_MS))
  const asked = readChoice(drain)
  if (value === null) return <section class="what-if" aria-busy="true" />
  const { clusters } = value
  if (clusters.length === 0) {
    return (
      <section class="empty">
        <h1>No cluster has listed its objects yet</h1>
        <p>
          A forecast needs the nodes, pods, Services and workloads of a cluster: it appears here once they are listed.
        </p>
      </section>
    )
  }
  const several = isSeveral(live.targets ?? clusters)
  const objects = clusters.find(({ cluster }) => cluster === asked?.cluster) ?? null
  return (
    <div class="what-if">
      <section class="card">
        <h1>What if a node is drained?</h1>
        <p class="aside">
          A drain evicts the pods of a node, and the scheduler places them elsewhere. This shows what that would do to
          each port. Nothing is changed.
        </p>
        {clusters.map((one) => (
          <Choices key={one.cluster} objects={one} chosen={drain} several={several} />
        ))}
      </section>
      {asked === null ? null : objects === null ? (
        <section class="card">
          <p>There is no cluster named {asked.cluster}, or its objects are not known.</p>
        </section>
      ) : (
        <Outcome objects={objects} choice={asked} live={live} />
      )}
    </div>
  )
}

function Choices(props: { objects: ClusterObjects; chosen: string | null; several: boolean }) {
  const { objects, chosen, several } = props
  const { cluster } = objects
  const choose = (drain: string) => go({ view: 'whatif', drain }, 'replace')
  const counts = useMemo(
    () =>
      nodesOf(objects).map((name) => {
        const drained = { kind: 'node', name } as const
        const { dark, maybe, gap } = byFate(foreseeDrain(objects, drained).ports)
        return { name, key: writeChoice({ cluster, drained }), dark: dark.length, maybe: maybe.length, gap: gap.length }
      }),
    [objects],
  )
  return (
    <div class="drain-choices" role="group" aria-label={several ? `Nodes of ${cluster}` : 'Nodes'}>
      {several ? <h2>{cluster}</h2> : null}
      {counts.map(({ name, key, dark, maybe, gap }) => (
        <button key={key} type="button" aria-pressed={key === chosen} onClick={() => choose(key)}>
          <b>{nodeName(name, cluster)}</b>
          <span>
            <Mark state={dark > 0 ? 'down' : maybe + gap > 0 ? 'flapping' : 'up'} label="" />{' '}
            {countText(dark, maybe, gap)}
          </span>
        </button>
      ))}
      <label>
        <span>or one pod is evicted</span>
        <select
          value={chosen?.startsWith(`pod:${cluster}/`) === true ? chosen : ''}
          onChange={(event) => event.currentTarget.value !== '' && choose(event.currentTarget.value)}
        >
          <option value="">choose a pod</option>
          {podsOf(objects).map(({ namespace, name }) => (
            <option
              key={`${namespace}/${name}`}
              value={writeChoice({ cluster, drained: { kind: 'pod', namespace, name } })}
            >
              {namespace}/{name}
            </option>
          ))}
        </select>
      </label>
    </div>
  )
}

function countText(dark: number, maybe: number, gap: number): string {
  const counts = [
    ...(dark > 0 ? [`${dark} dark`] : []),
    ...(maybe > 0 ? [`${maybe} may go dark`] : []),
    ...(gap > 0 ? [`${gap} dark for a moment`] : []),
  ]
  return counts.join(', ') || 'no port goes dark'
}

function Outcome({ objects, choice, live }: { objects: ClusterObjects; choice: DrainChoice; live: Live }) {
  const { cluster, drained } = choice
  const forecast = useMemo(() => foreseeDrain(objects, drained), [objects, JSON.stringify(drained)])
  const isThere =
    drained.kind === 'node' ? objects.nodes.some(({ name }) => name === drained.name) : forecast.evicted.length > 0
  if (!isThere) {
    return (
      <section class="card">
        <h2>
          {drained.kind === 'node'
            ? `There is no node ${drained.name}`
            : `Pod ${drained.namespace}/${drained.name} is gone`}
        </h2>
      </section>
    )
  }
  const groups = byFate(forecast.ports)
  const worst = FATES.find((fate) => groups[fate].length > 0) ?? 'fine'
  const state = MARKS[worst]
  const { length: pods } = forecast.evicted
  return (
    <section class={`card answer is-${state}`} aria-label={`What ${choiceName(choice)} would do`}>
      <h2 class="outcome">
        <Mark state={state} label="" /> {summaryOf(forecast.ports)}{' '}
        <small>
          {choiceName(choice)} evicts {pods === 1 ? '1 pod' : `${pods} pods`}
        </small>
      </h2>
      {FATES.filter((fate) => fate !== 'fine' && groups[fate].length > 0).map((fate) => (
        <details key={fate} class="fates" open={groups[fate].length <= FEW || fate === worst}>
          <summary>
            {groups[fate].length} {FATE_WORDS[fate]}
          </summary>
          <ul class="drained">
            {groups[fate].slice(0, MOST_SHOWN).map((port) => (
              <One key={`${port.node}/${port.hostPort}/${port.protocol}`} port={port} cluster={cluster} live={live} />
            ))}
          </ul>
          {groups[fate].length > MOST_SHOWN ? (
            <p class="aside">
              And {groups[fate].length - MOST_SHOWN} more, which <code>portolan check --live --drain</code> lists.
            </p>
          ) : null}
        </details>
      ))}
      {groups.fine.length === 0 ? null : (
        <p class="aside">
          Keep answering: {groups.fine.slice(0, MOST_NAMED).map(nameOf).join(', ')}
          {groups.fine.length > MOST_NAMED ? ` and ${groups.fine.length - MOST_NAMED} more` : ''}
        </p>
      )}
      {forecast.notes.map((note) => (
        <p key={note} class="aside">
          {note}
        </p>
      ))}
    </section>
  )
}

function One({ port, cluster, live }: { port: DrainedPort; cluster: string; live: Live }) {
  const fate = fateOf(port)
  const key = live.targets?.find((one) => one.cluster === cluster && isPort(one, port))?.id
  const [first, ...others] = port.remedies
  return (
    <li class={`is-${MARKS[fate]}`}>
      <h3>
        <Mark state={MARKS[fate]} label="" />{' '}
        {key === undefined ? nameOf(port) : <Link to={{ view: 'now', port: `${cluster}/${key}` }}>{nameOf(port)}</Link>}{' '}
        <span>{port.service}</span> <b class="fate">{drainText(port)}</b>
      </h3>
      <p>
        {port.summary}
        {port.darkUntil === 'mended' ? LASTS[fate] : ''}
      </p>
      {first !== undefined ? (
        <Fix remedy={first} word="To prevent it" />
      ) : fate === 'unknown' || fate === 'still' ? null : (
        <p class="aside">No change of an object in the cluster prevents it.</p>
      )}
      {others.length === 0 ? null : (
        <details>
          <summary>Other ways ({others.length})</summary>
          {others.map((one) => (
            <Fix key={one.text} remedy={one} word="Or" />
          ))}
        </details>
      )}
      {port.cause === null ? null : <CauseNote cause={port.cause} confidence={null} candidates={[]} />}
    </li>
  )
}

/** For how long, where a new pod alone does not end it. */
const LASTS: Partial<Record<Fate, string>> = {
  dark: ' It stays dark until the node accepts pods again and one comes back, or until somebody fixes it.',
  maybe: ' If it comes to that, it stays dark until somebody fixes it.',
}

function isPort(one: { node: string; hostPort: number; protocol: string }, port: DrainedPort): boolean {
  return one.node === port.node && one.hostPort === port.hostPort && one.protocol === port.protocol
}

function nameOf({ hostPort, protocol }: DrainedPort): string {
  return `${hostPort}${protocol === 'udp' ? '/udp' : ''}`
}
