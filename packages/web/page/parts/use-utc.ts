import { useEffect, useState } from 'preact/hooks'
import { onZone, showsUtc } from '../zone.ts'

/** Whether times are in UTC; draws again when that changes. */
export function useUtc(): boolean {
  const [isUtc, setUtc] = useState(showsUtc())
  useEffect(() => onZone(setUtc), [])
  return isUtc
}
