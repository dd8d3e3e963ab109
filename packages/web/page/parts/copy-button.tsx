import { useEffect, useState } from 'preact/hooks'
import { copy } from './clipboard.ts'

/** @param text made when it is asked for. @param what was copied, for a screen reader */
export function CopyButton({ text, name, what }: { text(): string; name: string; what: string }) {
  const [copied, setCopied] = useState<boolean | null>(null)
  useEffect(() => {
    if (copied === null) return
    const timer = setTimeout(() => setCopied(null), 2000)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <>
      <button type="button" onClick={() => void copy(text()).then(setCopied)}>
        {copied === null ? name : copied ? 'Copied' : 'Not copied'}
      </button>
      <span class="unseen" role="status">
        {copied === null ? '' : copied ? `${what} was copied` : `${what} could not be copied`}
      </span>
    </>
  )
}
