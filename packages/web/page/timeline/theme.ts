import type { ReachDocument } from '../documents.ts'

/** The colours of the style sheet, as a canvas needs them. */
export interface Theme {
  states: Record<ReachDocument['state'], string>
  nodes: string[]
  /** Pods on more than one node. */
  several: string
  ink: string
  faint: string
  line: string
  paper: string
  mark: string
  font: string
}

export function readTheme(element: Element): Theme {
  const style = getComputedStyle(element)
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    states: {
      up: colour('up'),
      down: colour('down'),
      flapping: colour('flapping'),
      unknown: colour('unknown'),
      by_design: colour('line'),
      gap: colour('gap'),
    },
    nodes: [1, 2, 3, 4, 5, 6].map((index) => colour(`node-${index}`)),
    several: colour('several'),
    ink: colour('ink'),
    faint: colour('faint'),
    line: colour('line'),
    paper: colour('paper'),
    mark: colour('mark'),
    font: style.fontFamily,
  }
}
