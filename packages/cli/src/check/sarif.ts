import { titleOf } from '@portolan/core'
import { buildInfo } from '@portolan/runtime'
import type { CheckDocument } from '@portolan/wire'
import { jsonText } from '../render/json.ts'
import { notesOf } from './note.ts'

/** Source: OASIS, "Static Analysis Results Interchange Format (SARIF) 2.1.0". */
export function renderSarif(document: CheckDocument): string {
  const notes = notesOf(document)
  const rules = [...new Set(notes.map(({ rule }) => rule))].map((id) => {
    const title = titleOf(id)
    return title === id ? { id } : { id, shortDescription: { text: title } }
  })
  const results = notes.map(({ level, rule, text, file, line }) => ({
    ruleId: rule,
    level,
    message: { text },
    locations:
      file === null || file === '-'
        ? []
        : [
            {
              physicalLocation: {
                artifactLocation: { uri: relativeReference(file) },
                region: { startLine: line ?? 1 },
              },
            },
          ],
  }))
  const driver = { name: 'portolan', version: buildInfo.version, rules }
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, results }],
  }
  return `${jsonText(log, 2)}\n`
}

/** What a file is called is a path, and never a scheme (`javascript:x.yaml`), a query or a fragment. Source: RFC 3986, 4.2. */
function relativeReference(file: string): string {
  return file.toWellFormed().replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/')
}
