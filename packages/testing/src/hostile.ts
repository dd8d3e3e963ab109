import type fastCheck from 'fast-check'

/** Tests hand it in: it is large, and most of them do without. */
type FastCheck = typeof fastCheck

/** Names as somebody would choose them who wants to leave a folder. */
export const hostileNames = (fc: FastCheck) =>
  fc.oneof(
    fc.constantFrom('.', '..', '/', '../..', '../../../documents', '/etc/passwd', '~', '-rf', 'a/../..', 'a\0b', 'con'),
    fc
      .array(fc.constantFrom('..', '.', '/', 'a', '\\', '\0', '\n', '-', '~', '%2e', '\u202e'), { maxLength: 12 })
      .map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 300 }),
  )

/** Control characters of every kind; the breaks of lines among them. */
export const CONTROL = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u

/** Every hostile text ends with this, so that a test sees whether it is shown at all. */
export const MARK = 'MARK'

/** Texts as somebody would choose them who wants to write to the terminal himself. Their colours are none of ours. */
export const hostileTexts = (fc: FastCheck) =>
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          '\u001b[45m',
          '\u001b[2J',
          '\u001b]0;owned\u0007',
          '\u009b2J',
          '\u009d0;owned\u009c',
          '\r',
          '\r\n',
        ),
        fc.constantFrom('\n', '\t', '\b', '\0', '\u007f', '\u0085', '\u061c', '\u200f', '\u202e', '\u2066', '\u2028'),
        fc.constantFrom('<', '&', '"', '`', '|', '%', '::error::', 'portolan: ', '\ud800', 'é'),
      ),
      { minLength: 1, maxLength: 12 },
    )
    .map((parts) => `${parts.join('')}${MARK}`)

/** The colours that Portolan writes itself. */
const OWN_COLOURS = new RegExp(`${String.fromCharCode(27)}\\[(?:1|2|22|31|32|33|39)m`, 'g')

export function withoutOwnColours(text: string): string {
  return text.replaceAll(OWN_COLOURS, '')
}
