import fc from 'fast-check'

/** Names as somebody would choose them who wants to leave a folder. */
export const hostileNames = fc.oneof(
  fc.constantFrom('.', '..', '/', '../..', '../../../documents', '/etc/passwd', '~', '-rf', 'a/../..', 'a\0b', 'con'),
  fc
    .array(fc.constantFrom('..', '.', '/', 'a', '\\', '\0', '\n', '-', '~', '%2e', '\u202e'), { maxLength: 12 })
    .map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 300 }),
)
