import { render } from 'preact'
import { App } from './app.tsx'
import { hearClock } from './clock.ts'

// Where the collector does not answer, the page itself says so.
await hearClock().catch(() => {})
render(<App />, document.body)
