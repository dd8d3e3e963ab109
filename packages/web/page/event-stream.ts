import { inPlace } from './navigation.ts'
import { withSession } from './session.ts'

const AGAIN_MS = 2000

/**
 * Hears of each change, at a hub of those of the cluster that is shown, and after a stream that broke off once more, since something may have been missed. An EventSource
 * would bring no session.
 *
 * @returns how to stop
 */
export function hearChanges(onChange: () => void, onLost: () => void): () => void {
  const stopped = new AbortController()
  let isAgain = false

  async function hear(): Promise<void> {
    const headers = withSession({ Accept: 'text/event-stream' }, false)
    const response = await fetch(inPlace('/api/v1/stream'), { headers, signal: stopped.signal })
    if (!response.ok || response.body === null) throw new Error(`answer ${response.status}`)
    if (isAgain) onChange()
    isAgain = true
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (let line = '', read = await reader.read(); !read.done; read = await reader.read()) {
      const lines = (line + read.value).split('\n')
      line = lines.pop() ?? ''
      for (const one of lines) if (one.startsWith('event: ')) onChange()
    }
  }

  function begin(): void {
    const lost = () => {
      if (stopped.signal.aborted) return
      onLost()
      setTimeout(begin, AGAIN_MS)
    }
    hear().then(lost, lost)
  }

  begin()
  return () => stopped.abort()
}
