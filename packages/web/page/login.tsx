import { useState } from 'preact/hooks'
import { ask, send } from './ask.ts'
import { keepSession, readWithSession } from './session.ts'

/**
 * Exchanges the key in the address, which nobody else gets to see there, for a session.
 *
 * @returns whether this browser may read the page
 */
export async function enter(): Promise<boolean> {
  const key = new URLSearchParams(location.hash.slice(1)).get('key')
  if (key !== null) {
    history.replaceState(null, '', `${location.pathname}${location.search}`)
    await exchange(key).catch(() => {})
  }
  if (await mayRead()) return true
  await readWithSession()
  return mayRead()
}

async function mayRead(): Promise<boolean> {
  return (await ask<{ reads: boolean }>('/session')).reads
}

async function exchange(key: FormDataEntryValue | null): Promise<void> {
  const { session } = await send<{ session: string }>('/session', { key })
  keepSession(session)
}

/** What is shown to a browser that may not read. */
export function Login() {
  const [fault, setFault] = useState<string | null>(null)
  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const said = new FormData(event.currentTarget as HTMLFormElement)
    try {
      await exchange(said.get('key'))
      location.reload()
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <main>
      <h1>Portolan asks for its key</h1>
      <p>
        Open the address with #key= that Portolan printed when it started, or give its key. In a cluster, run{' '}
        <code>portolan page</code>, or give what{' '}
        <code>kubectl create token portolan-viewer --namespace=portolan --audience=portolan-page</code> prints.
      </p>
      <form class="note-form" onSubmit={(event) => void submit(event)}>
        <label>
          <span>Key</span>
          <input name="key" type="password" required maxLength={8192} autocomplete="off" />
        </label>
        <button type="submit">Open the page</button>
        {fault === null ? null : (
          <p role="alert" class="fault">
            {fault}
          </p>
        )}
      </form>
    </main>
  )
}
