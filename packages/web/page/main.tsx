import { render } from 'preact'
import { App } from './app.tsx'
import { hearClock } from './clock.ts'
import { enter, Login } from './login.tsx'
import { restoreZone } from './zone.ts'

restoreZone()

// Where the collector does not answer, the page itself says so.
if (await enter().catch(() => true)) {
  await hearClock().catch(() => {})
  render(<App />, document.body)
} else render(<Login />, document.body)
