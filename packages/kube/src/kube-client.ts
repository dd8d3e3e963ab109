import type { Duplex } from 'node:stream'
import type { Clock, Log } from '@portolan/core'
import { type Action, reviewAccess } from './client/access-review.ts'
import { createAsk, createAskObject } from './client/ask.ts'
import { type ReportedEvent, writeEvent } from './client/event.ts'
import { type DataPlace, type NamedData, readData, writeData } from './client/named-data.ts'
import { askPod, type PodAnswer } from './client/pod-proxy.ts'
import type { PodPort } from './client/pod-port.ts'
import { forwardPort } from './client/port-forward.ts'
import { connectToService, type ServicePort } from './client/service-connection.ts'
import { type IssuedToken, requestToken, reviewToken, type TokenOwner } from './client/token.ts'
import { createConnection } from './connection.ts'
import type { KubeAccess } from './find-cluster.ts'

/**
 * The single requests that are made beside watching. The kubeconfig is read again where it changed, and once where the
 * API server does not accept the credentials.
 *
 * All of them throw PortolanError: api_unreachable (no answer), api_forbidden (credentials or permission), api_not_found.
 */
export interface KubeClient {
  /** As the kubeconfig says now. Another answer than before means another cluster, be its name the same. */
  cluster(): string
  /** null: not a valid token, or not one for this audience. */
  reviewToken(token: string, audience: string): Promise<TokenOwner | null>
  /** Whether the roles of the cluster let the owner of a token do that. */
  reviewAccess(owner: TokenOwner, action: Action): Promise<boolean>
  /** @param expirationSeconds at least 600; the server may give less or more */
  requestToken(namespace: string, account: string, audience: string, expirationSeconds: number): Promise<IssuedToken>
  /** Says who it is before it hears anything, as connectToService says. @throws also service_unready, service_untrusted */
  connectToService(to: ServicePort): Promise<Duplex>
  /** A GET to a pod. Throws as askPod says. */
  askPod(to: PodPort, how: { scheme: 'http' | 'https'; path: string; signal: AbortSignal }): Promise<PodAnswer>
  /** A connection into a pod, as forwardPort says. */
  forwardPort(to: PodPort): Duplex
  writeEvent(event: ReportedEvent): Promise<void>
  readData(place: DataPlace): Promise<NamedData>
  /** Throws and answers as writeData says. */
  writeData(place: DataPlace, changes: Record<string, string | null>, version: string): Promise<boolean>
}

export function createKubeClient({ access, clock, log }: { access: KubeAccess; clock: Clock; log: Log }): KubeClient {
  const { context } = access
  const connection = createConnection(access, log)
  const ask = createAsk(connection, context)
  const askObject = createAskObject(ask, connection, context, clock)
  return {
    cluster() {
      connection.refresh()
      return connection.cluster()
    },
    reviewToken: (token, audience) => reviewToken(askObject, context, token, audience),
    reviewAccess: (owner, action) => reviewAccess(askObject, context, owner, action),
    requestToken: (namespace, name, audience, seconds) =>
      requestToken(askObject, context, { namespace, name }, audience, seconds),
    connectToService: (to) => connectToService(askObject, connection, context, to),
    askPod(to, how) {
      connection.refresh()
      return askPod(connection, to, how)
    },
    forwardPort(to) {
      connection.refresh()
      return forwardPort(connection, to)
    },
    writeEvent: (event) => writeEvent(askObject, context, event),
    readData: (place) => readData(askObject, context, place),
    writeData: (place, changes, version) => writeData(askObject, context, place, changes, version),
  }
}
