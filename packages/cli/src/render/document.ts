import { escapeInJson } from '@portolan/core'
import { type Command, Option } from 'commander'
import { jsonText } from './json.ts'

const OUTPUTS = ['text', 'json', 'yaml'] as const
type Output = (typeof OUTPUTS)[number]

export interface OutputFlags {
  output?: Output
  json?: boolean
}

/** @param schema of the document, as `why` */
export function addOutputOptions(command: Command, schema: string): Command {
  return command
    .addOption(
      new Option('-o, --output <format>', `json, yaml: one document, see docs/schema/${schema}.json`)
        .choices(OUTPUTS)
        .default('text'),
    )
    .option('--json', 'the same as --output json')
}

export function asksForDocument({ json, output }: OutputFlags): boolean {
  return json === true || output === 'json' || output === 'yaml'
}

/** The document that is asked for; null: text is. */
export async function documentText(flags: OutputFlags, document: () => unknown): Promise<string | null> {
  if (!asksForDocument(flags)) return null
  return flags.json !== true && flags.output === 'yaml' ? yamlText(document()) : `${jsonText(document(), 2)}\n`
}

/**
 * A document as YAML that parsers of YAML 1.1 and 1.2 read alike, with the data as it is, that does nothing to the
 * terminal that shows it.
 */
export async function yamlText(document: unknown): Promise<string> {
  const { Document, visit } = await import('yaml')
  const yaml = new Document(JSON.parse(JSON.stringify(document)), { version: '1.1', aliasDuplicateObjects: false })
  visit(yaml, {
    Scalar(_, scalar) {
      const { value } = scalar
      // Only a text in double quotes can have escapes.
      if (typeof value === 'string' && escapeInJson(value) !== value) scalar.type = 'QUOTE_DOUBLE'
    },
  })
  return escapeInJson(yaml.toString({ lineWidth: 0 }))
}
