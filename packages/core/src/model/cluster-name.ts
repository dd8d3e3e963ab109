import { hash } from './hash.ts'

/**
 * Whether a cluster may be called so: lower case letters, digits, dots and dashes, 253 at most, a letter or a digit
 * first. A name comes from a label or an option, so it is checked before anything is named after it.
 *
 * Source: kind, pkg/internal/apis/config/validate.go, takes `^[a-z0-9.-]+$`. The first character is stricter here, so
 * that a name is never an option of a command or a hidden file.
 */
export function isClusterName(text: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{0,252}$/.test(text)
}

/** Characters of a context that are kept in a name. */
const MOST_KEPT = 60

/** What the cluster that a context leads to is called: as the context, where that can be a name, else like it and told apart by its hash. */
export function clusterNameOf(context: string): string {
  if (isClusterName(context)) return context
  const like = context
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, MOST_KEPT)
  return `${like === '' ? 'context' : like}-${hash(context).toString(36)}`
}
