import type { Clock, Log } from '@portolan/core'
import type { Archive } from '../archive/archive.ts'
import type { Clusters } from '../clusters.ts'
import type { Notebook } from '../notebook.ts'
import type { Scene } from '../scene.ts'
import type { Stream } from '../stream.ts'

export type SilenceOf = (target: { cluster: string; id: string }) => boolean

/** What the API answers from. */
export interface ApiContext {
  clusters: Clusters
  scene: Scene
  /** Which ports a note silences now. */
  silences(): SilenceOf | Promise<SilenceOf>
  /** How long the newest answers of a port took. */
  medianMs(cluster: string, target: string): number | null
  store: Archive
  /** What was heard so far is in the store once this answers. Never rejects. */
  flush(): Promise<void>
  stream: Stream
  notebook: Notebook
  clock: Clock
  /** How fast its time goes by; 1 but for a recording. */
  pace(): number
  /** It replays a recording. */
  recorded: boolean
  log: Log
  /** Why it cannot do its work at the moment; null while it can. */
  fault(): string | null
  renderMetrics(accept?: string): Promise<{ contentType: string; body: string }>
}
