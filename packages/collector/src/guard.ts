/**
 * Calls somebody who listens. What a listener throws is its own fault: it is logged and counted, and it harms neither who
 * calls nor the others that listen.
 */
export type Guard = (listener: string, listen: () => void) => void

export function createGuard(onThrown: (listener: string, error: unknown) => void): Guard {
  return (listener, listen) => {
    try {
      listen()
    } catch (error) {
      onThrown(listener, error)
    }
  }
}
