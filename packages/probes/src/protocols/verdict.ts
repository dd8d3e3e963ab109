import type { Answer, Protocol, Symptom } from '@portolan/core'

/** What an answer proves. */
export interface Verdict {
  symptom: Symptom
  status?: number
  detail?: string
  excerpt?: string
  /** What an HTTP answer is recognised by; of its certificate the exchange knows. */
  answer?: Answer
  /** What the answer's shape tells about the service, whatever it was asked in. */
  speaks?: Recognised
  /** More of the answer is on its way: the connection is drained before it closes, so that the server sees no reset. */
  more?: boolean
  /** Said before the connection closes, so that the server does not take the probe for a client that failed. */
  closing?: Buffer
}

export interface Recognised {
  protocol: Exclude<Protocol, 'auto' | 'off' | 'echo'>
  /** The protocol's name for people. */
  name: string
  /** It speaks first: nothing needs to be sent to it. */
  greets: boolean
}
