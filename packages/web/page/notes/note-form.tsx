import { useState } from 'preact/hooks'
import { send } from '../ask.ts'
import { now } from '../clock.ts'
import { portName } from '../words.ts'

const LENGTHS: [string, number][] = [
  ['30 min', 30 * 60_000],
  ['2 h', 2 * 3_600_000],
  ['8 h', 8 * 3_600_000],
  ['24 h', 24 * 3_600_000],
]

/** @param range null: from now on, for as long as is chosen */
export function NoteForm(props: {
  cluster: string
  target: string
  range: { from: string; to: string } | null
  onNoted(): void
}) {
  const { cluster, target, range, onNoted } = props
  const [fault, setFault] = useState<string | null>(null)
  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const said = new FormData(form)
    const from = range?.from ?? new Date(now()).toISOString()
    const to = range?.to ?? new Date(Date.parse(from) + Number(said.get('length'))).toISOString()
    const targets = range !== null || said.get('silence') !== null ? [target] : []
    try {
      await send('/notes', { cluster, targets, from, to, text: said.get('text') })
      form.reset()
      setFault(null)
      onNoted()
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <form class="note-form" onSubmit={(event) => void submit(event)}>
      <label>
        <span>Note</span>
        <input name="text" required maxLength={500} placeholder="draining for a kernel update" autocomplete="off" />
      </label>
      {range === null ? (
        <div>
          <label>
            <span>for</span>
            <select name="length">
              {LENGTHS.map(([name, ms]) => (
                <option key={ms} value={ms}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <label>
            <input type="checkbox" name="silence" /> port {portName(target)} does not page meanwhile
          </label>
        </div>
      ) : null}
      <button type="submit">Add the note</button>
      {fault === null ? null : (
        <p role="alert" class="fault">
          {fault}
        </p>
      )}
    </form>
  )
}
