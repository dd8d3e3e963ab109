import type { IncidentDocument } from '../documents.ts'
import { Copyable } from './copyable.tsx'

export function Remedies({ remedies }: { remedies: IncidentDocument['remedies'] }) {
  if (remedies.length === 0) return null
  return (
    <ol class="remedies">
      {remedies.map(({ text, cost, command }) => (
        <li key={text}>
          <p>{text}</p>
          {command === undefined ? null : <Copyable command={command} />}
          {cost === undefined ? null : <p class="cost">Costs: {cost}</p>}
        </li>
      ))}
    </ol>
  )
}
