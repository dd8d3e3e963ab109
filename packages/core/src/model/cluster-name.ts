/**
 * Whether a cluster may be called so. A name comes from a label or an option, so it is held against a pattern before
 * anything is named after it: lower case, digits, dots and dashes, at most 253 of them, a letter or a digit first.
 *
 * Source: kind, pkg/cluster/internal/providers: names match `^[a-z0-9.-]+$`; the first character keeps a name from
 * being an option or a hidden file.
 */
export function isClusterName(text: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{0,252}$/.test(text)
}
