/** More text than one question may read. */
export class TooMuch extends Error {
  override name = 'TooMuch'

  constructor(mostBytes: number) {
    super(`more than ${mostBytes} bytes to read`)
  }
}
