import { useEffect, useState } from 'preact/hooks'
import { ask, Refused } from '../ask.ts'

export interface Answer<T> {
  value: T | null
  /** Why there is none: the collector's own words. */
  refused: string | null
  /** The one of before, where `path` has changed and its answer has not come. */
  last: T | null
}

/** The API's answer to `path`, asked for again with all `news`. What was there stays until the next one comes. */
export function useAnswer<T>(path: string | null, news: number): Answer<T> {
  const [answer, setAnswer] = useState<Omit<Answer<T>, 'last'> & { path: string | null }>({
    value: null,
    refused: null,
    path: null,
  })
  useEffect(() => {
    if (path === null) return
    const leave = new AbortController()
    ask<T>(path, leave.signal).then(
      (value) => setAnswer({ value, refused: null, path }),
      (error: unknown) => {
        if (!leave.signal.aborted && error instanceof Refused) setAnswer({ value: null, refused: error.message, path })
      },
    )
    return () => leave.abort()
  }, [path, news])
  const { value, refused } = answer
  return answer.path === path ? { value, refused, last: value } : { value: null, refused: null, last: value }
}
