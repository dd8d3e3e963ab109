import type { Report } from './report.ts'

/** A piece of a document, whatever it is written in. */
export type Block =
  | { kind: 'title' | 'heading' | 'subheading' | 'paragraph'; text: string }
  | { kind: 'list'; items: string[] }
  | { kind: 'table'; head: string[]; rows: string[][]; numbers: number[] }
  | { kind: 'command' | 'diff'; text: string }
  | { kind: 'picture'; report: Report }
