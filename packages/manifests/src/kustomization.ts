import { dirname, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import { DIALECTS } from './dialect.ts'
import { plainValue } from './plain-value.ts'
import { isRecord } from './json-patch.ts'

export interface Kustomization {
  folder: string
  file: string
  /** Full paths of files and folders that it is made from. */
  resources: string[]
  /** Full paths of files that it applies to others, or takes for data: they are no objects by themselves. */
  parts: string[]
  /** It changes more of its objects than their names, labels and images. */
  patches: boolean
  /** Where it says what it changes, one by one. */
  changes: WrittenChange[]
  /** It brings objects that are in no file beside it: of a chart or from elsewhere. */
  fetches: boolean
}

/** A patch or the like: its text, or the full path of the file that holds it. */
export interface WrittenChange {
  target: { kind: string | null; name: string | null } | null
  text: string
  path: string | null
}

export function isKustomization(name: string): boolean {
  return name === 'kustomization.yaml' || name === 'kustomization.yml' || name === 'Kustomization'
}

/** Lists of files, of which some are maps with a path, and of generators with files of their own. */
const PARTS = ['patches', 'patchesStrategicMerge', 'patchesJson6902', 'replacements', 'transformers', 'generators']
const MORE_PARTS = ['validators', 'configurations', 'crds']
const PATCHES = [...PARTS.slice(0, 5), 'replicas']
/** Source: kustomize, "Remote resources". */
const REMOTE = /^[a-z]+:\/\/|^git@|^github\.com\/|\?ref=/
const GENERATORS = ['configMapGenerator', 'secretGenerator']
const RESOURCES = ['resources', 'bases', 'components']

/** What cannot be read is as good as empty: kustomize says more about it. Source: kustomize, api/types.Kustomization. */
export function kustomizationOf(file: string, text: string): Kustomization {
  const folder = dirname(file)
  const value = readYaml(text)
  const pathsIn = (fields: string[]) => fields.flatMap((field) => listOf(value[field]).flatMap(pathOf))
  const data = GENERATORS.flatMap((field) => listOf(value[field])).flatMap((one) =>
    isRecord(one) ? [...listOf(one['files']), ...listOf(one['envs']), one['env']] : [],
  )
  const toFull = (path: string) => resolve(folder, path)
  return {
    folder,
    file,
    resources: pathsIn(RESOURCES).map(toFull),
    changes: changesIn(value, toFull),
    patches: [...PATCHES, 'components'].some((field) => listOf(value[field]).length > 0),
    fetches: listOf(value['helmCharts']).length > 0 || pathsIn(RESOURCES).some((path) => REMOTE.test(path)),
    parts: [...pathsIn([...PARTS, ...MORE_PARTS]), ...data.flatMap(dataPathOf)].map(toFull),
  }
}

function readYaml(text: string): Record<string, unknown> {
  try {
    const document = parseDocument(text, DIALECTS.kubectl.options)
    const value: unknown = plainValue(document, DIALECTS.kind)
    return isRecord(value) ? value : {}
  } catch {
    return {}
  }
}

function changesIn(value: Record<string, unknown>, toFull: (path: string) => string): WrittenChange[] {
  const patched = PARTS.slice(0, 5).flatMap((field) => listOf(value[field]))
  const counted = listOf(value['replicas']).filter(isRecord)
  return [
    ...patched.map((one) => {
      const [path] = pathOf(one)
      const { target, patch } = isRecord(one) ? one : { target: null, patch: one }
      const { kind, name } = isRecord(target) ? target : {}
      const isAimed = typeof kind === 'string' || typeof name === 'string'
      return {
        target: isAimed ? { kind: textOrNull(kind), name: textOrNull(name) } : null,
        text: path !== undefined ? '' : typeof patch === 'string' ? patch : JSON.stringify(one),
        path: path === undefined ? null : toFull(path),
      }
    }),
    ...counted.map(({ name, count }) => ({
      target: { kind: null, name: textOrNull(name) },
      text: `replicas: ${String(count)}`,
      path: null,
    })),
  ]
}

const textOrNull = (value: unknown) => (typeof value === 'string' ? value : null)

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

/** A patch may be written in the place of a path. */
function pathOf(one: unknown): string[] {
  const path = isRecord(one) ? one['path'] : one
  return typeof path === 'string' && !path.includes('\n') ? [path] : []
}

/** `key=path`, or the path alone. */
function dataPathOf(one: unknown): string[] {
  return typeof one === 'string' ? [one.slice(one.indexOf('=') + 1)] : []
}
