import { styleText } from 'node:util'

/** Colours where the terminal takes them; symbols and words say the same without. */
export interface Style {
  good(text: string): string
  bad(text: string): string
  doubt(text: string): string
  dim(text: string): string
  strong(text: string): string
}

const plain = (text: string) => text

export const PLAIN: Style = { good: plain, bad: plain, doubt: plain, dim: plain, strong: plain }

export const COLOURED: Style = {
  good: (text) => styleText('green', text, { validateStream: false }),
  bad: (text) => styleText('red', text, { validateStream: false }),
  doubt: (text) => styleText('yellow', text, { validateStream: false }),
  dim: (text) => styleText('dim', text, { validateStream: false }),
  strong: (text) => styleText('bold', text, { validateStream: false }),
}

/** Source: no-color.org; FORCE_COLOR is Node's own. */
export function styleFor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): Style {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return PLAIN
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0') return COLOURED
  return stream.isTTY === true && env.TERM !== 'dumb' ? COLOURED : PLAIN
}
