import { isAbsolute } from 'node:path'

/** An operand that helm and kubectl take for a folder, where its name looks like an option, or like an address to fetch from. */
export function localFolder(folder: string): string {
  const isPlain = isAbsolute(folder) || /^\.{1,2}(\/|$)/.test(folder) || /^[\w][\w./-]*$/.test(folder)
  return isPlain && !folder.startsWith('github.com/') ? folder : `./${folder}`
}
