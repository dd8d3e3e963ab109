import type { DocumentOptions, ParseOptions, ScalarTag, SchemaOptions } from 'yaml'

type Options = DocumentOptions & ParseOptions & SchemaOptions

/** A number or truth value with the text it is written as, which is what kind reads where it wants text. */
export class PlainScalar {
  readonly source: string
  readonly value: number | boolean

  constructor(source: string, value: number | boolean) {
    this.source = source
    this.value = value
  }

  toString(): string {
    return this.source
  }
}

const INTEGER = /^[-+]?(?:0[bB][01_]+|0[oO][0-7_]+|0[xX][\da-fA-F_]+|\d[\d_]*)$/
const FLOAT = /^[-+]?(?:\.\d[\d_]*|\d[\d_]*(?:\.[\d_]*)?)(?:[eE][-+]?\d+)?$/
const WORDS: Record<string, number> = { nan: Number.NaN, inf: Number.POSITIVE_INFINITY }

function toInteger(text: string): number {
  const digits = text
    .replaceAll('_', '')
    .replace(/^[-+]/, '')
    .replace(/^0(?=[0-7]+$)/, '0o')
  return text.startsWith('-') ? -Number(digits) : Number(digits)
}

function toFloat(text: string): number {
  const word = /^[-+]?\.(nan|inf)$/i.exec(text)?.[1]?.toLowerCase()
  if (word === undefined) return Number(text.replaceAll('_', ''))
  return text.startsWith('-') ? -(WORDS[word] ?? Number.NaN) : (WORDS[word] ?? Number.NaN)
}

/** Scalars of the core schema as a Go library resolves them: numbers may have underscores, and a leading 0 means octal. */
function scalarTags(truths: RegExp, make: (source: string, value: number | boolean) => unknown): ScalarTag[] {
  const tag = (name: string, test: RegExp, read: (text: string) => number | boolean): ScalarTag => ({
    tag: `tag:yaml.org,2002:${name}`,
    default: true,
    test,
    resolve: (text) => make(text, read(text)),
    identify: (value) =>
      value instanceof PlainScalar && typeof value.value === (name === 'bool' ? 'boolean' : 'number'),
    stringify: ({ value }) => String(value),
  })
  return [
    tag('bool', truths, (text) => /^(?:y|yes|true|on)$/i.test(text)),
    tag('int', INTEGER, toInteger),
    tag('float', FLOAT, toFloat),
    tag('float', /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/, toFloat),
  ]
}

/** One anchor may be used often; aliases of aliases multiply without end. */
export const MOST_ALIASES = 10_000

function optionsWith(tags: ScalarTag[]): Options {
  return {
    schema: 'core',
    merge: true,
    uniqueKeys: false,
    prettyErrors: false,
    // A warning of the library would go to standard error with the advice to trace it.
    logLevel: 'error',
    customTags: (all) => [
      ...all.filter((one) => typeof one === 'string' || !/:(?:bool|int|float)$/.test(one.tag)),
      ...tags,
    ],
  }
}

export interface Dialect {
  options: Options
  /** A map may hold a key twice, also by a merge (`<<`); the last counts. */
  takesRepeatedKeys: boolean
}

/**
 * YAML as two Go programs read it.
 *
 * Source: kind decodes with go.yaml.in/yaml/v3 into structs; kubectl, and kind for patches, with sigs.k8s.io/yaml, which is
 * go.yaml.in/yaml/v2 and YAML 1.1 as to `yes` and `on`.
 */
export const DIALECTS = {
  kind: {
    options: optionsWith(
      scalarTags(/^(?:true|True|TRUE|false|False|FALSE)$/, (source, value) => new PlainScalar(source, value)),
    ),
    takesRepeatedKeys: false,
  },
  kubectl: {
    options: optionsWith(
      scalarTags(
        /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON|n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/,
        (_, value) => value,
      ),
    ),
    takesRepeatedKeys: true,
  },
} satisfies Record<string, Dialect>
