import { plainKind } from './concern.ts'
import { type Chunk, partOf, type Parsed, splitDocuments } from './document.ts'
import { isRecord } from './json-patch.ts'
import type { Source } from './source.ts'

/** The config of a cluster, in a file of its own or within another one. */
export interface FoundConfig {
  chunk: Chunk
  /** The name that the script gives to `kind create cluster`; null where it gives none that is plain. */
  name: string | null
  isOfCtlptl: boolean
  isOfK3d: boolean
}

const CTLPTL = /^apiVersion:[ \t]*["']?ctlptl\.dev\//m

/**
 * kind and k3d read the first document of a file and no other, ctlptl any number. A script or a workflow hands the config to
 * them as a here document. null: the file is empty.
 */
export function configIn(source: Source): FoundConfig | null {
  const here = hereDocument(source)
  if (here !== null) return { ...here, isOfCtlptl: false, isOfK3d: K3D.test(here.chunk.text) }
  const chunks = splitDocuments(source)
  const cluster = chunks.find((chunk) => CTLPTL.test(chunk.text) && plainKind(chunk) === 'Cluster')
  const [chunk] = cluster === undefined ? chunks : [cluster]
  if (chunk === undefined) return null
  return { chunk, name: null, isOfCtlptl: cluster !== undefined, isOfK3d: K3D.test(chunk.text) }
}

/** The kind config within a config of ctlptl. Source: ctlptl, pkg/cluster/admin_kind.go. */
export function ctlptlConfig(parsed: Parsed, fault: (line: number, message: string) => void): Parsed | null {
  const { product, name = 'kind-kind', kindV1Alpha4Cluster: config } = isRecord(parsed.value) ? parsed.value : {}
  if (product !== 'kind') {
    fault(parsed.lineAt(['product']), `is a config of ctlptl for ${String(product)}: only that of kind is read`)
    return null
  }
  const written = isRecord(config) ? config : {}
  const head = { kind: 'Cluster', apiVersion: 'kind.x-k8s.io/v1alpha4', name: String(name).replace(/^kind-/, '') }
  return partOf(parsed, ['kindV1Alpha4Cluster'], { ...written, ...head })
}

const START = /<<(-?)[ \t]*(['"]?)([A-Za-z_]\w*)\2/
/** Of a variable of several lines in a Makefile. */
const DEFINE = /^[ \t]*(?:export[ \t]+)?define[ \t]+[\w.-]+/
const CONFIG = /^[ \t]*["']?apiVersion["']?\s*:\s*["']?(?:kind\.x-k8s|k3d)\.io\//m
const K3D = /(?:^|[{,])[ \t]*["']?apiVersion["']?\s*:\s*["']?k3d\.io\//m
const NAME = /--name[= ]["']?([a-z0-9.-]+)["']?(?=\s|$)/

/** The first here document, or variable of a Makefile, that holds a kind config. */
function hereDocument(source: Source): Pick<FoundConfig, 'chunk' | 'name'> | null {
  let open: { word: string; isStripped: boolean; command: string; offset: number; line: number } | null = null
  let offset = 0
  for (const [index, line] of source.text.split('\n').entries()) {
    const next = offset + line.length + 1
    if (open !== null && line.trim() === open.word) {
      const text = source.text.slice(open.offset, offset)
      const chunk = {
        source,
        offset: open.offset,
        line: open.line,
        ...(open.isStripped ? withoutTabs(text) : { text }),
      }
      if (CONFIG.test(text)) return { chunk, name: NAME.exec(open.command)?.[1] ?? null }
      open = null
    } else if (open === null) {
      const [, dash, , word = DEFINE.test(line) ? 'endef' : undefined] = START.exec(line) ?? []
      if (word !== undefined) {
        open = { word, isStripped: dash === '-', command: line, offset: next, line: index + 2 }
      }
    }
    offset = next
  }
  return null
}

/**
 * The shell takes the tabs from the start of every line behind `<<-`. Where there are as many on each, spaces in their place
 * leave the text what it is, and every offset where it is.
 */
function withoutTabs(text: string): Pick<Chunk, 'text' | 'isAltered'> {
  const depths = new Set(
    text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [/^\t*/.exec(line)?.[0].length])),
  )
  const [depth = 0] = depths
  if (depths.size !== 1 || depth === 0) return { text }
  return { text: text.replaceAll(/^\t+/gm, (tabs) => ' '.repeat(tabs.length)), isAltered: true }
}
