import { printable } from '@portolan/core'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { TargetDocument } from '../documents.ts'
import { newlyDark } from './newly-dark.ts'

const KEPT = 'portolan.notify'
/** More than that at once is one message. */
const MOST = 3
const MOST_LETTERS = 200

/** A message of the browser when a port goes dark: off until it is asked for, and where the browser allows it. */
export function Notifier({ targets }: { targets: readonly TargetDocument[] | null }) {
  const [isOn, setOn] = useState(() => isAllowed() && localStorage.getItem(KEPT) === 'on')
  const before = useRef<readonly TargetDocument[] | null>(null)
  useEffect(() => {
    const dark = newlyDark(before.current, targets ?? [])
    before.current = targets
    if (isOn) announce(dark)
  }, [targets])

  async function toggle(): Promise<void> {
    const next = !isOn && (await Notification.requestPermission()) === 'granted'
    localStorage.setItem(KEPT, next ? 'on' : 'off')
    setOn(next)
  }

  const isPossible = isSecureContext && 'Notification' in globalThis
  return (
    <button
      type="button"
      class="plain"
      aria-pressed={isOn}
      disabled={!isPossible}
      title={
        isPossible
          ? 'A notification of the browser when a port goes dark'
          : 'Browsers notify only on localhost and over HTTPS'
      }
      onClick={() => void toggle()}
    >
      {isOn ? 'Notifying' : 'Notify me'}
    </button>
  )
}

function isAllowed(): boolean {
  return isSecureContext && 'Notification' in globalThis && Notification.permission === 'granted'
}

function announce(dark: readonly string[]): void {
  if (dark.length === 0) return
  const named = dark.slice(0, MOST).join(', ')
  const more = dark.length > MOST ? ` and ${dark.length - MOST} more` : ''
  const text = `${printable(named).slice(0, MOST_LETTERS)}${more}: dark (no answer)`
  const message = new Notification(text, { tag: 'portolan' })
  message.onclick = () => window.focus()
}
