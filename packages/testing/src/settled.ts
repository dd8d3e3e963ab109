/** Resolves when everything is done that waits for promises alone, and not for a timer, a file or a socket. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
