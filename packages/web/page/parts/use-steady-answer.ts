import { useEffect, useRef, useState } from 'preact/hooks'
import { ask, Refused } from '../ask.ts'
import type { Answer } from './use-answer.ts'

const LOOK_MS = 200
/** So much longer than an answer took is waited before the same is asked again. */
const REST = 3
const LEAST_REST_MS = 500
/** Time alone makes something of it another. */
const SELDOM_MS = 10_000

/**
 * As `useAnswer`, for what costs the other side much: it is asked again when there are `news`, but never while an answer is
 * on its way, and not at once after one. However much happens, answers arrive.
 */
export function useSteadyAnswer<T>(path: string, news: number): Answer<T> {
  const [answer, setAnswer] = useState<{ path: string; value: T | null; refused: string | null } | null>(null)
  const newest = useRef(news)
  newest.current = news
  useEffect(() => {
    const leave = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined

    /** Never rejects. */
    async function fetchAnswer(): Promise<void> {
      const known = newest.current
      const began = performance.now()
      try {
        setAnswer({ path, value: await ask<T>(path, leave.signal), refused: null })
      } catch (error) {
        // Whoever follows says that it is away.
        if (error instanceof Refused && !leave.signal.aborted) setAnswer({ path, value: null, refused: error.message })
      }
      const now = performance.now()
      if (!leave.signal.aborted) rest(known, now + Math.max(LEAST_REST_MS, (now - began) * REST), now + SELDOM_MS)
    }

    function rest(known: number, until: number, atLatest: number): void {
      timer = setTimeout(() => {
        const now = performance.now()
        if (now > atLatest || (now > until && newest.current !== known)) timer = setTimeout(fetchAnswer, 0)
        else rest(known, until, atLatest)
      }, LOOK_MS)
    }

    timer = setTimeout(fetchAnswer, 0)
    return () => {
      leave.abort()
      clearTimeout(timer)
    }
  }, [path])
  const isOfPath = answer !== null && answer.path === path
  return {
    value: isOfPath ? answer.value : null,
    refused: isOfPath ? answer.refused : null,
    last: answer?.value ?? null,
  }
}
