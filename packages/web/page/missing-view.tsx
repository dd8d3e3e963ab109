import { Link } from './parts/link.tsx'

export function MissingView({ path }: { path: string }) {
  return (
    <section class="empty">
      <h1>There is no page here</h1>
      <p>
        <code>{path}</code> leads nowhere.
      </p>
      <Link to={{ view: 'now', port: null }}>The ports as they are now</Link>
    </section>
  )
}
