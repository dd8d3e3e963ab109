/** As much of JSON Schema as zod writes of the documents. */
interface Schema {
  title?: string
  description?: string
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  /** false: there are no more than the `prefixItems`. */
  items?: Schema | false
  prefixItems?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: Schema | false
}

/** TypeScript declarations of the JSON documents, one type for each of their schemas. */
export function contractTypes(schemas: readonly Schema[]): string {
  return schemas.map((schema) => `export type ${typeName(schema.title ?? '')} = ${typeOf(schema, '')}\n`).join('\n')
}

/** `watch-line` becomes `WatchLine`. */
function typeName(title: string): string {
  return title.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())
}

function typeOf(schema: Schema, indent: string): string {
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return choices.map((one) => typeOf(one, indent)).join(' | ')
  if ('const' in schema) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) return schema.enum.map((one) => JSON.stringify(one)).join(' | ')
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeOf({ ...schema, type }, indent)).join(' | ')
  switch (schema.type) {
    case 'object':
      return objectType(schema, indent)
    case 'array':
      return arrayType(schema, indent)
    case 'integer':
      return 'number'
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
      return schema.type
    case undefined:
      return 'unknown'
    default:
      throw new Error(`no type is known for ${JSON.stringify(schema)}`)
  }
}

function arrayType({ prefixItems = [], items = {} }: Schema, indent: string): string {
  const first = prefixItems.map((one) => typeOf(one, indent))
  const others = items === false ? null : `Array<${typeOf(items, indent)}>`
  if (first.length === 0 && others !== null) return others
  return `[${[...first, ...(others === null ? [] : [`...${others}`])].join(', ')}]`
}

function objectType({ properties = {}, required = [], additionalProperties }: Schema, indent: string): string {
  const inner = `${indent}  `
  const members = Object.entries(properties).flatMap(([name, property]) => [
    ...(property.description === undefined ? [] : [`${inner}/** ${property.description.replaceAll('*/', '* /')} */`]),
    `${inner}${name}${required.includes(name) ? '' : '?'}: ${typeOf(property, inner)}`,
  ])
  if (members.length > 0) return ['{', ...members, `${indent}}`].join('\n')
  return additionalProperties ? `Record<string, ${typeOf(additionalProperties, indent)}>` : 'Record<string, unknown>'
}
