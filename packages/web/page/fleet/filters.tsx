import { SearchField } from '../parts/search-field.tsx'
import { type FleetChoice, WHOLE_FLEET } from '../route.ts'

/** Narrows to some of the clusters. @param labels all values of each label */
export function FleetFilters(props: {
  choice: FleetChoice
  labels: Readonly<Record<string, string[]>>
  what: string
  onChoice(choice: FleetChoice): void
}) {
  const { choice, labels, what, onChoice } = props
  const isNarrowed = choice.text !== '' || choice.state !== 'all' || Object.keys(choice.labels).length > 0
  return (
    <>
      <SearchField text={choice.text} onText={(text) => onChoice({ ...choice, text })} what={what} />
      <div class="filters" role="group" aria-label="Labels">
        {Object.entries(labels).map(([name, values]) => {
          const chosen = choice.labels[name] ?? ''
          if (values.length < 2 && chosen === '') return null
          return (
            <select
              key={name}
              aria-label={`Label ${name}`}
              value={chosen}
              onChange={({ currentTarget: { value } }) => {
                const { [name]: _, ...others } = choice.labels
                onChoice({ ...choice, labels: value === '' ? others : { ...others, [name]: value } })
              }}
            >
              <option value="">{name}: all</option>
              {values.map((value) => (
                <option key={value} value={value}>
                  {name}: {value}
                </option>
              ))}
            </select>
          )
        })}
        {isNarrowed ? (
          <button type="button" class="plain" onClick={() => onChoice(WHOLE_FLEET)}>
            Show all
          </button>
        ) : null}
      </div>
    </>
  )
}
