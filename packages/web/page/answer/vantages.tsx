import { now } from '../clock.ts'
import type { TargetDocument } from '../documents.ts'
import { isOfHost } from '../inside/by-thing.ts'
import { millisecondsText } from '../numbers.ts'
import { Mark } from '../parts/mark.tsx'
import { moment } from '../time.ts'
import { SYMPTOM_WORDS, vantageName } from '../words.ts'
import { machineWord } from './machine-word.ts'

/** What the probes of this machine saw of a port, from each address. */
export function Vantages({ target }: { target: TargetDocument }) {
  return (
    <table class="vantages">
      <thead>
        <tr>
          <th scope="col">From {machineWord()} by</th>
          <th scope="col">Address</th>
          <th scope="col">Saw</th>
          <th scope="col">Took</th>
          <th scope="col">Counts</th>
        </tr>
      </thead>
      <tbody>
        {target.vantages.filter(isOfHost).map((seen) => (
          <tr key={`${seen.vantage} ${seen.target}`} class={seen.decides ? '' : 'is-aside'}>
            <th scope="row">{vantageName(seen.vantage)}</th>
            <td>
              {seen.address}:{seen.port}
            </td>
            <td>
              {seen.symptom === null ? null : (
                <Mark state={seen.symptom === 'ok' ? 'up' : seen.decides ? 'down' : 'gap'} label="" />
              )}
              {seen.symptom === null ? 'nothing yet' : SYMPTOM_WORDS[seen.symptom]}
            </td>
            <td title={seen.at === null ? '' : moment(Date.parse(seen.at), now(), 'milliseconds')}>
              {seen.durationSeconds === null ? '' : millisecondsText(seen.durationSeconds * 1000)}
            </td>
            <td class="why" title={seen.why}>
              {seen.decides ? 'yes' : seen.target === target.id ? 'no' : 'as a witness'}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
