import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { commandText, PortolanError, TRUST } from '@portolan/core'
import type { Connection } from '../connection.ts'
import { Failure } from '../failure.ts'
import { type AskObject, failureOf, refusedWith } from './ask.ts'
import { readData } from './named-data.ts'
import { WayRefused } from './pod-port.ts'
import { forwardPort } from './port-forward.ts'
import { findServicePod } from './service-pod.ts'

/** What a pod behind a Service listens on. */
export interface ServicePort {
  namespace: string
  service: string
  /** Of the pod. */
  port: number
  /** Whether it has to show a certificate that the namespace's ConfigMap for them knows; else nobody looks who it is. */
  tls: boolean
}

const PATIENCE_MS = 10_000

/**
 * A connection to a Service, by a port-forward into one of its pods, with TLS within: whom the API server trusts on the way
 * can neither take the place of the pod nor read along. The certificate is verified before a byte of the caller's is sent.
 *
 * @throws PortolanError as KubeClient, and service_unready (no pod takes it), service_untrusted (somebody else answers)
 */
export async function connectToService(
  ask: AskObject,
  connection: Connection,
  context: string,
  to: ServicePort,
): Promise<Duplex> {
  const { namespace, service, port } = to
  const trusted = to.tls ? await readTrusted(ask, context, namespace) : null
  const pod = await findServicePod(ask, context, namespace, service)
  if (pod === null) throw unready(`no pod is behind the Service ${service}`, to, context)
  connection.refresh()
  const stream = forwardPort(connection, { namespace, pod, port })
  try {
    await opened(stream, 'connect')
    if (trusted === null) return stream
    const secure = connectTls({ socket: stream, ca: trusted, servername: hostOf(to), minVersion: 'TLSv1.3' })
    stream.on('error', (error) => secure.destroy(error))
    secure.on('close', () => stream.destroy())
    await opened(secure, 'secureConnect')
    return secure
  } catch (error) {
    stream.destroy()
    throw inWords(error, pod, to, context)
  }
}

/** The name in the certificate: that by which agents call it. */
function hostOf({ namespace, service }: ServicePort): string {
  return `${service}.${namespace}.svc`
}

async function readTrusted(ask: AskObject, context: string, namespace: string): Promise<string> {
  const place = { kind: 'configmaps', namespace, name: TRUST.name } as const
  const trusted = (await readData(ask, context, place)).data[TRUST.key] ?? ''
  if (trusted !== '') return trusted
  const message = `the collector has not made its certificate known yet: ConfigMap ${namespace}/${TRUST.name} is empty`
  throw new PortolanError('service_unready', message, seePods(namespace, context))
}

/** Who uses it later hears of later errors; nobody has to. */
async function opened(stream: Duplex, event: string): Promise<void> {
  stream.on('error', () => {})
  await once(stream, event, { signal: AbortSignal.timeout(PATIENCE_MS) })
}

function inWords(error: unknown, pod: string, to: ServicePort, context: string): PortolanError {
  if (error instanceof Failure) return failureOf(error, context)
  if (error instanceof WayRefused && error.isForbidden)
    return refusedWith({ code: 403, reason: '', message: error.message }, context)
  const { code = '' } = error as NodeJS.ErrnoException
  if (/CERT|UNABLE_TO_|SELF_SIGNED/.test(code))
    return new PortolanError(
      'service_untrusted',
      `pod ${to.namespace}/${pod} is not taken for ${to.service}: its certificate is not trusted (${code}); it was sent nothing`,
      seePods(to.namespace, context),
      error,
    )
  return unready(
    `pod ${to.namespace}/${pod} does not take port ${to.port}: ${whyNot(error as Error, code)}`,
    to,
    context,
    error,
  )
}

/** A kubelet says much about a port where nothing listens. */
function whyNot({ name, message }: Error, code: string): string {
  if (name === 'AbortError') return 'it does not answer'
  if (code === 'ECONNREFUSED') return 'nothing listens there'
  return code.startsWith('ERR_SSL') ? `it has no certificate yet, or speaks no TLS (${code})` : message.slice(0, 200)
}

function unready(message: string, { namespace }: ServicePort, context: string, cause?: unknown): PortolanError {
  return new PortolanError('service_unready', message, seePods(namespace, context), cause)
}

function seePods(namespace: string, context: string): string {
  const words = [`--context=${context}`, `--namespace=${namespace}`, 'get', 'pods', '--output=wide']
  return `Check its pods: ${commandText(['kubectl', ...words])}`
}
