import { type Choice, EVERYTHING, isTrouble, namespaceOf, type PortRow } from './port-rows.ts'

const STATES: { state: Choice['state']; name: string; holds(row: PortRow): boolean }[] = [
  { state: 'all', name: 'All', holds: () => true },
  { state: 'trouble', name: 'Not well', holds: isTrouble },
  { state: 'risk', name: 'At risk', holds: ({ risk }) => risk > 0 },
]

/** Narrows the table; what would leave nothing to choose between is not offered. */
export function Filters(props: { rows: readonly PortRow[]; choice: Choice; onChoice(choice: Choice): void }) {
  const { rows, choice, onChoice } = props
  const lists: { key: 'cluster' | 'provider' | 'namespace' | 'node'; all: string; names: string[] }[] = [
    { key: 'cluster', all: 'All clusters', names: rows.map(({ cluster }) => cluster) },
    { key: 'provider', all: 'All providers', names: rows.map(({ provider }) => provider) },
    { key: 'namespace', all: 'All namespaces', names: rows.map(namespaceOf) },
    { key: 'node', all: 'All nodes', names: rows.flatMap(({ node, podNodes }) => [node, ...podNodes]) },
  ]
  const isNarrowed = Object.entries(choice).some(([key, value]) => value !== EVERYTHING[key as keyof Choice])
  return (
    <div class="filters" role="group" aria-label="Filters">
      {STATES.map(({ state, name, holds }) => {
        const count = rows.filter(holds).length
        if (state !== 'all' && count === 0 && choice.state !== state) return null
        return (
          <button
            key={state}
            type="button"
            aria-pressed={choice.state === state}
            onClick={() => onChoice({ ...choice, state })}
          >
            {name} {count}
          </button>
        )
      })}
      {lists.map(({ key, all, names }) => {
        const known = [...new Set(names)].filter((name) => name !== '').sort()
        if (known.length < 2) return null
        return (
          <select
            key={key}
            aria-label={all}
            value={choice[key]}
            onChange={(event) => onChoice({ ...choice, [key]: event.currentTarget.value })}
          >
            <option value="">{all}</option>
            {known.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        )
      })}
      {isNarrowed ? (
        <button type="button" class="plain" onClick={() => onChoice(EVERYTHING)}>
          Show all
        </button>
      ) : null}
    </div>
  )
}
