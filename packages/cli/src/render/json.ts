import { escapeInJson } from '@portolan/core'

/** A document as JSON, with the data as it is, that does nothing to the terminal that shows it. */
export function jsonText(document: unknown, indent?: number): string {
  return escapeInJson(JSON.stringify(document, null, indent))
}
