import { useEffect, useState } from 'preact/hooks'

/** Grows every so often, for what is worth looking at again although nobody announces it. */
export function useBeat(everyMs: number): number {
  const [beat, setBeat] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setBeat((before) => before + 1), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return beat
}
