import type { Clock, Incident } from '@portolan/core'
import { encodeChange, encodeWatching } from '@portolan/wire'
import type { Live } from './live.ts'
import { ownCommand } from './program-name.ts'
import { createChangeTeller } from './render/change.ts'
import { type FrameView, frameLines } from './render/frame.ts'
import { jsonText } from './render/json.ts'
import { type Notice, noticeText } from './render/notice.ts'
import { createScreen, type Terminal } from './render/screen.ts'
import type { Style } from './render/style.ts'
import { headingText, watchingText } from './render/watching.ts'
import type { Reporter, WatchingFacts } from './watch-session.ts'

/** One JSON object a line: see docs/schema/watch-line.json. Notices go to standard error. */
export function jsonReporter(out: Terminal, err: Terminal): Reporter {
  const line = (value: unknown) => out.write(`${jsonText(value)}\n`)
  return {
    watching: ({ at, clusters, vantages, store, page }) =>
      line(encodeWatching({ at, clusters, vantages, store, page })),
    change: (change) => line(encodeChange(change)),
    notice: (notice) => err.write(noticeText(notice)),
    refresh: () => {},
    end: () => {},
  }
}

/** One readable line a change, for a pipe or a log. */
export function plainReporter(out: Terminal, style: Style, live: () => Live): Reporter {
  const teller = createChangeTeller(style)
  return {
    watching: (facts) => out.write(`${watchingText(facts)}\n`),
    change(change) {
      const lines = teller.lines(change, live().clusters().length > 1)
      if (lines.length > 0) out.write(`${lines.join('\n')}\n`)
    },
    notice: (notice) => out.write(noticeText(notice)),
    refresh: () => {},
    end: () => {},
  }
}

/** The live table, and below it the newest incident that is open, else the last one that was. */
export function tableReporter(options: {
  terminal: Terminal
  style: Style
  clock: Clock
  live: () => Live
  /** Lines above the table that a caller adds, as the demo's narration. */
  above?: (width: number) => string[]
}): Reporter {
  const { terminal, style, clock, live, above = () => [] } = options
  const screen = createScreen(terminal)
  const notices: Notice[] = []
  let heading: WatchingFacts | null = null
  let closed: Incident | null = null
  let pending: (() => void) | null = null

  function view(width: number): FrameView {
    const { collector, store } = live()
    const clusters = live().clusters()
    const [incident = closed] = collector.incidents().toSorted((a, b) => b.openedAt - a.openedAt)
    return {
      heading: heading === null ? 'portolan' : headingText({ ...heading, clusters, page: live().pageToOpen }),
      above: above(width),
      targets: collector.targets(),
      several: clusters.length > 1,
      notices,
      incident,
      explain: (port) => (store === 'memory' ? null : ownCommand('explain', port)),
    }
  }

  function draw(): void {
    pending?.()
    pending = null
    const width = screen.width()
    screen.draw(frameLines(view(width), { now: clock.now(), width, height: screen.height(), style }))
  }

  return {
    watching(facts) {
      heading = facts
      draw()
    },
    change(change) {
      if (change.type === 'incident.closed') closed = change.incident
      pending ??= clock.after(SOON_MS, draw)
    },
    notice(notice) {
      notices.push(notice)
      if (heading !== null) draw()
    },
    refresh: draw,
    end() {
      draw()
      screen.close()
    },
  }
}

/** Changes that come together are drawn together. */
const SOON_MS = 50
