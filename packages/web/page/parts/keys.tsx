import { useEffect, useRef } from 'preact/hooks'
import { go } from '../navigation.ts'
import type { Route } from '../route.ts'
import { toggleUtc } from '../zone.ts'
import { isTyping } from './search-field.tsx'

const VIEWS: Record<string, Route> = {
  '1': { view: 'now', port: null },
  '2': { view: 'timeline', port: null, from: null, to: null },
  '3': { view: 'incidents' },
  '4': { view: 'whatif', drain: null },
}

const KEYS: [string, string][] = [
  ['1  2  3  4', 'Now, Timeline, Incidents, What if'],
  ['/', 'search'],
  ['u', 'times in UTC, or in the zone of the browser'],
  ['?', 'these keys'],
  ['← →', 'timeline: pan'],
  ['+ −', 'timeline: zoom'],
  ['↑ ↓', 'timeline: choose a port'],
  ['n  p', 'timeline: next and previous dark stretch'],
  ['Enter', 'timeline: open its incident'],
  ['Space', 'timeline: pause, go live'],
]

/** The keys of the page, listed on `?`. */
export function Keys() {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return
      const to = VIEWS[event.key]
      if (event.key === '?' && dialog.current?.open === false) dialog.current.showModal()
      else if (event.key === 'u') toggleUtc()
      else if (to !== undefined) go(to)
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
  return (
    <>
      <button
        type="button"
        class="plain"
        aria-label="Keys"
        title="Keys (?)"
        onClick={() => dialog.current?.showModal()}
      >
        ?
      </button>
      <dialog ref={dialog} aria-label="Keys">
        <h2>Keys</h2>
        <dl>
          {KEYS.map(([key, what]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </dialog>
    </>
  )
}
