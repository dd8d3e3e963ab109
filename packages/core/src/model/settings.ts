/** What the user chose for one cluster. */
export interface Settings {
  /** The kubectl context that printed commands carry. */
  context: string
  /** The kubeconfig that printed commands name; null: kubectl finds it by itself. */
  kubeconfig: string | null
  /** How often each vantage is probed, ms. */
  intervalMs: number
  /** How long a probe waits for its answer, ms. */
  timeoutMs: number
  /** Whether the API server may be asked to lead to the pods of a port that is not well. */
  asksPods: boolean
}
