import type { ReachDocument } from '../documents.ts'

/** Nodes beyond that share them. */
export const NODE_COLOURS = 6

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
    nodes: Array.from({ length: NODE_COLOURS }, (_, index) => colour(`node-${index + 1}`)),
    several: colour('several'),
    ink: colour('ink'),
    faint: colour('faint'),
    line: colour('line'),
    paper: colour('paper'),
    mark: colour('mark'),
    font: style.fontFamily,
  }
}
