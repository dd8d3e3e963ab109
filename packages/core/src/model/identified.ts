/** What every object is found by. */
export interface Identified {
  /** Empty for cluster-wide objects. */
  namespace: string
  name: string
  uid: string
  resourceVersion: string
  createdAt: number
}

export interface Condition {
  status: 'True' | 'False' | 'Unknown'
  reason: string
  message: string
  /** lastTransitionTime. */
  since: number
}
