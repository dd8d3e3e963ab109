import { isCollection, visit } from 'yaml'
import { type Chunk, documentOf, splitDocuments } from './document.ts'
import { DIALECTS } from './dialect.ts'
import type { Findings } from './problem.ts'
import type { Source } from './source.ts'

/** None of `{%` holds another one, so that no part of a line is searched for its end twice. */
const EXPRESSION = /\{\{[^\n]*?\}\}|\{%(?:(?!\{%)[^\n])*?%\}|\{\{/
/** An expression at the start of a line or of a value, or in a name. Others may well be data, as in a dashboard. */
const LOOKS_SO = /^[ \t]*(?:- +)?\{[{%]|: +\{[{%]|: *["']?[\w-]*\{\{/m

/** A file of a chart or the like, which is no YAML, or other YAML, before it is rendered. */
export function isTemplate(source: Source): boolean {
  return EXPRESSION.test(source.text) && splitDocuments(source).some(isTemplateChunk)
}

function isTemplateChunk(chunk: Chunk): boolean {
  if (!LOOKS_SO.test(chunk.text)) return false
  const { document } = documentOf(chunk, DIALECTS.kubectl)
  if (document.errors.length > 0) return true
  const named = [document.getIn(['metadata', 'name']), document.getIn(['metadata', 'namespace'])]
  let isNested = false
  visit(document, {
    Map(_, { items }) {
      if (items.some(({ key }) => isCollection(key))) isNested = true
      return isNested ? visit.BREAK : undefined
    },
  })
  return isNested || named.some(isExpression)
}

/** One line a file: a fault of one that the user named, and a note of one that was met in a folder. */
export function reportTemplate(source: Source, { problems, notes, unread }: Findings): void {
  const { name: file, from, rendering } = source
  const { line, shown } = firstExpression(source)
  const is = `is a template that has not been rendered: ${shown}`
  if (from === 'folder' || from === 'kustomization') {
    const note = { file, line, text: `This file ${is}. It is left out. To check it: ${rendering}` }
    if (notes.some((one) => one.file === file && one.text === note.text)) return
    notes.push(note)
    unread.push(`the template ${file}`)
  } else {
    const problem = { file, line, message: `${is}. Render it first: ${rendering}` }
    if (!problems.some((one) => one.file === file && one.message === problem.message)) problems.push(problem)
  }
}

const expressions = new WeakMap<Source, { line: number; shown: string }>()

/** Looked for once in each source, however many of its objects hold one. */
function firstExpression(source: Source): { line: number; shown: string } {
  const known = expressions.get(source)
  if (known !== undefined) return known
  const { 0: expression, index } = EXPRESSION.exec(source.text) ?? { 0: '', index: source.text.length }
  const line = source.text.slice(0, index).split('\n').length
  const shown = expression.length > MOST_SHOWN ? `${expression.slice(0, MOST_SHOWN)}…` : expression
  const first = { line, shown }
  expressions.set(source, first)
  return first
}

const MOST_SHOWN = 60

export function isExpression(value: unknown): boolean {
  return typeof value === 'string' && EXPRESSION.test(value)
}
