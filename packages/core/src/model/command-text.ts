/**
 * The words of a command as one line that can be pasted: a POSIX shell reads exactly these words from it, and fish does
 * as well. No character of a word is left that a terminal acts on, and none that changes what a person reads: a word
 * with a control or bidirectional character, or with one that nobody sees, is written as `$'...'`.
 *
 * No argument of a program can hold a NUL: the replacement character is written for it, which names nothing.
 *
 * Source: POSIX.1-2024, Shell Command Language, 2.2 Quoting. A shell without `$'...'` reads another word from it, never
 * another command.
 */
export function commandText(words: readonly string[]): string {
  return words.map(quote).join(' ')
}

/** Operands, which may begin with a dash, for a program that reads no option after `--`. */
export function operands(...words: string[]): string[] {
  return words.some((word) => word.startsWith('-')) ? ['--', ...words] : words
}

/** zsh takes a word that begins with `=` for a program's path. */
const PLAIN = /^(?!=)[\w@+=:,./-]+$/
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{DI}]/u
const OPTION = /^--[a-z][a-z-]*=/

function quote(word: string): string {
  if (PLAIN.test(word)) return word
  const [option = ''] = OPTION.exec(word) ?? []
  const value = word.slice(option.length)
  // fish takes a backslash within quotes for an escape, so it is written outside of them, as the quote is.
  if (!UNSEEN.test(value)) return `${option}'${value.replaceAll(/['\\]/g, `'\\$&'`)}'`
  return `${option}$'${value.replaceAll('\0', '\u{fffd}').replaceAll(/[^\w@+=:,./ -]/gu, octal)}'`
}

function octal(character: string): string {
  return [...new TextEncoder().encode(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
}
