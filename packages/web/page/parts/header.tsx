import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import type { ReachDocument } from '../documents.ts'
import type { Route } from '../route.ts'
import { Link } from './link.tsx'
import { Mark } from './mark.tsx'
import { ZoneButton } from './zone-button.tsx'

export interface ViewLink {
  to: Route
  name: string
  /** The views that it stands for. */
  views: Route['view'][]
}

/** What stands above every view: which views there are, and in one sentence how it is. */
export function Header(props: {
  home: Route
  links: readonly ViewLink[]
  view: Route['view']
  state: ReachDocument['state']
  said: string
  title: string
  /** Why nothing is kept at the moment; null: all is well. */
  fault: string | null
  tools: ComponentChildren
  /** Between the name and the views. */
  children?: ComponentChildren
}) {
  const { home, links, view, state, said, title, fault, tools, children } = props
  useEffect(() => {
    document.title = `${title} · Portolan`
  }, [title])
  return (
    <header>
      <Link to={home} class="brand">
        <img src="/icon.svg" alt="" width="26" height="26" />
        Portolan
      </Link>
      {children}
      <nav aria-label="Views">
        {links.map(({ to, name, views }) => (
          <Link key={name} to={to} {...(views.includes(view) ? { 'aria-current': 'page' } : {})}>
            {name}
          </Link>
        ))}
      </nav>
      <p class={`summary is-${state}`} role="status">
        <Mark state={state} label="" />
        {said}
      </p>
      <div class="header-tools">
        <ZoneButton />
        {tools}
      </div>
      {fault === null ? null : (
        <p class="fault" role="alert">
          Nothing is kept at the moment: {fault}
        </p>
      )}
    </header>
  )
}
