import type { ComponentChildren } from 'preact'
import { go } from '../navigation.ts'
import { type Route, writeRoute } from '../route.ts'

type Props = {
  to: Route
  class?: string
  'aria-current'?: 'page' | 'true'
  'aria-label'?: string
  children: ComponentChildren
}

/** A link to another view; the browser's own ways to open it elsewhere go on working. */
export function Link({ to, ...rest }: Props) {
  return (
    <a
      {...rest}
      href={writeRoute(to)}
      onClick={(event) => {
        if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
        event.preventDefault()
        go(to)
      }}
    />
  )
}
