import { useEffect, useState } from 'preact/hooks'

/** A command to paste, one click away. */
export function Copyable({ command }: { command: string }) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 2000)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <div class="copyable">
      <code tabIndex={0}>{command}</code>
      <button type="button" onClick={() => void copy(command).then(setCopied)}>
        {copied ? 'Copied' : 'Copy'}
      </button>
      <span class="unseen" role="status">
        {copied ? 'The command was copied' : ''}
      </span>
    </div>
  )
}

/** Without HTTPS a browser offers no clipboard beyond loopback; the old way still works there. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const field = document.createElement('textarea')
    field.value = text
    document.body.append(field)
    field.select()
    const done = document.execCommand('copy')
    field.remove()
    return done
  }
}
