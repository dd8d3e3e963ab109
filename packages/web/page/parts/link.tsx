import type { ComponentChildren } from 'preact'
import { addressOf, go } from '../navigation.ts'
import type { Route } from '../route.ts'

type Props = {
  to: Route
  /** At a hub: the cluster that it leads into, if not the one that is shown. */
  within?: string
  class?: string
  'aria-current'?: 'page' | 'true'
  'aria-label'?: string
  children: ComponentChildren
}

/** A link to another view; the browser's own ways to open it elsewhere go on working. */
export function Link({ to, within, ...rest }: Props) {
  return (
    <a
      {...rest}
      href={addressOf(to, within)}
      onClick={(event) => {
        if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
        event.preventDefault()
        go(to, 'push', within)
      }}
    />
  )
}
