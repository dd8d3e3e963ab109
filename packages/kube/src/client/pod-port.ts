import { readStatus } from '../status.ts'

/** A port of a pod. */
export interface PodPort {
  namespace: string
  pod: string
  port: number
}

/** @param pod its name; of the proxy with scheme and port beside it */
export function podPath(namespace: string, pod: string): string {
  if ([namespace, pod].some((name) => /^\.*$/.test(name))) throw new WayRefused(404, 'that is not a pod name')
  const name = encodeURIComponent(pod).replaceAll('%3A', ':')
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${name}`
}

const MOST_CHARACTERS = 300

/** The API server itself does not lead to the pod: it is not permitted, or it knows no such pod. */
export class WayRefused extends Error {
  override name = 'WayRefused'
  readonly isForbidden: boolean

  constructor(status: number, message: string) {
    super(message.slice(0, MOST_CHARACTERS))
    this.isForbidden = status === 401 || status === 403
  }
}

/** How the API server says no to an upgrade. */
export function refusalOf(status: number, body: string): WayRefused {
  return new WayRefused(status, readStatus(body)?.message ?? `answer ${status}`)
}
