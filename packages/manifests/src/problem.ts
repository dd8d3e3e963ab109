/** Something in a file that keeps it from being read. Lines count from 1. */
export interface Problem {
  file: string
  line: number
  message: string
}

/** Something that a reader of the result should know, and that is no fault. */
export interface FileNote {
  text: string
  file: string
  line: number
}

/** Everything that reading files brings up beside their content; each reader adds to it. */
export interface Findings {
  problems: Problem[]
  notes: FileNote[]
  /** What was met and not read, as `the Helm chart charts/web`: it may bring any object. */
  unread: string[]
  /** Kustomizations that were not rendered and may change objects that were read. */
  patching: string[]
  /** What these change, where it may matter to a port. */
  changes: Change[]
}

export interface Change {
  /** The kustomization. */
  file: string
  /** null: of any. */
  kind: string | null
  name: string | null
  /** Kind and name are regular expressions. */
  isPattern: boolean
}

export function noFindings(): Findings {
  return { problems: [], notes: [], unread: [], patching: [], changes: [] }
}
