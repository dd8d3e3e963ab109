import { Inside } from '../inside/inside.tsx'
import { Notes } from '../notes/notes.tsx'
import type { PortRow } from '../now/port-rows.ts'
import { Considered } from './considered.tsx'
import { Evidence } from './evidence.tsx'
import { Fix, fixesOf } from './fix.tsx'
import { LastMinutes } from './last-minutes.tsx'
import type { Section } from './sections.tsx'
import type { Explained } from './explained.ts'
import { Vantages } from './vantages.tsx'

/** Everything that is known of a port beside the answer. */
export function sectionsOf(row: PortRow, explained: Explained, news: number): Section[] {
  const { cluster, target, port, risk } = row
  const { incident, ruledOut, notChecked, foreseen } = explained
  const others = (
    (incident === null ? undefined : fixesOf(incident)) ??
    (risk > 0 ? foreseen?.remedies : undefined) ??
    []
  ).slice(1)
  const list: (Section | null)[] = [
    incident === null
      ? null
      : { name: `Evidence (${incident.evidence.length})`, content: <Evidence evidence={incident.evidence} /> },
    ruledOut.length === 0
      ? null
      : { name: `Ruled out (${ruledOut.length})`, content: <Considered causes={ruledOut} /> },
    notChecked.length === 0
      ? null
      : { name: `Could not be checked (${notChecked.length})`, content: <Considered causes={notChecked} /> },
    others.length === 0
      ? null
      : {
          name: `Other fixes (${others.length})`,
          content: others.map((one) => <Fix key={one.text} remedy={one} word="Or" />),
        },
    port === null || incident === null
      ? null
      : { name: 'Last minutes', content: <LastMinutes row={row} news={news} /> },
    port === null
      ? null
      : {
          name: 'Vantage points',
          isSteady: true,
          content: (
            <>
              <Vantages target={port} />
              <Inside target={port} />
            </>
          ),
        },
    port === null
      ? null
      : {
          name: 'Notes',
          isSteady: true,
          content: <Notes cluster={cluster} target={target} range={null} news={news} />,
        },
  ]
  return list.filter((one) => one !== null)
}
