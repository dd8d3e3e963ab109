import { type Clock, type Log, TRUST } from '@portolan/core'
import type { DataPlace, KubeClient } from '@portolan/kube'
import { type Certificate, type Loop, startLoop } from '@portolan/runtime'
import { readGiven } from './given.ts'
import { BACKDATED_MS, type Kept, nextStep } from './rotation.ts'

/** Where the collector's certificate is kept, and where it is made known. */
export interface CertificatePlan {
  /** The name by which agents call the collector. */
  host: string
  /** NAMESPACE/NAME of the Secret for the certificate and its key. */
  secret: string
  /** NAMESPACE/NAME of each ConfigMap for the certificates that are to be trusted. */
  trust: readonly string[]
  /** How long each one lasts; null: somebody else writes the Secret, as cert-manager does. */
  lifetimeMs: number | null
}

/** Makes the certificate of the collector, makes it known, and replaces it before it ends. */
export interface CertificateKeeper {
  /** Looks once before it answers. Never rejects. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Why there is no certificate to show; null while there is one. */
  fault(): string | null
}

const KEYS = { current: ['tls.crt', 'tls.key'], next: ['next.crt', 'next.key'] } as const
const TRY_EVERY_MS = 2000
const LOOK_EVERY_MS = 60_000
const DAY_MS = 24 * 60 * 60_000

export function createCertificateKeeper(options: {
  client: Pick<KubeClient, 'readData' | 'writeData'>
  plan: CertificatePlan
  clock: Clock
  log: Log
  make(host: string, from: Date, to: Date): Promise<Certificate>
  present(certificate: Certificate): void
}): CertificateKeeper {
  const { client, plan, clock, log } = options
  const { lifetimeMs } = plan
  const secret = placeOf('secrets', plan.secret)
  /** A kubelet brings a changed ConfigMap to its pods within two minutes. */
  const overlapMs = Math.min(DAY_MS, (lifetimeMs ?? 0) / 6)
  let shown: Certificate | null = null
  let lookedAt = Number.NEGATIVE_INFINITY
  let why = 'it was not looked for yet'
  let known: { cert: string; since: number } | null = null
  let loop: Loop | null = null

  async function turn(): Promise<void> {
    if (shown !== null && clock.monotonic() - lookedAt < LOOK_EVERY_MS) return
    try {
      if (lifetimeMs === null) await takeGiven()
      else if (!(await takeOwn(lifetimeMs))) return
      lookedAt = clock.monotonic()
    } catch (error) {
      const message = Error.isError(error) ? error.message : String(error)
      if (message !== why)
        log.warn({ reason: message }, 'the certificate of the collector cannot be checked or renewed')
      why = message
    }
  }

  async function takeGiven(): Promise<void> {
    const { data } = await client.readData(secret)
    const { current, trusted } = readGiven(data, plan.host, clock.now())
    show(current)
    await publish(trusted)
  }

  /** @returns whether it is done: else somebody else writes there at the moment */
  async function takeOwn(forMs: number): Promise<boolean> {
    const kept = await keep(forMs)
    if (kept?.current == null) return false
    show(kept.current)
    await publish([kept.current, kept.next].map((one) => one?.cert ?? '').join(''))
    if (kept.next === null) known = null
    else if (known?.cert !== kept.next.cert) known = { cert: kept.next.cert, since: clock.monotonic() }
    return true
  }

  /** What is in the Secret once the next step is done; null where somebody else writes there at the moment. */
  async function keep(forMs: number): Promise<Kept | null> {
    const { data, version } = await client.readData(secret)
    const kept = { current: read(data, 'current'), next: read(data, 'next') }
    const isKnown = kept.next !== null && known?.cert === kept.next.cert && clock.monotonic() - known.since >= overlapMs
    const step = nextStep(kept, { host: plan.host, now: clock.now(), isKnown })
    if (step.do === 'stay') return kept
    const changed =
      step.do === 'promote' ? { current: kept.next, next: null } : { ...kept, [step.place]: await make(forMs) }
    const written = await client.writeData(secret, { ...words('current', changed), ...words('next', changed) }, version)
    if (!written) return null
    log.info({ step }, 'the certificate of the collector is renewed')
    return changed
  }

  function make(forMs: number): Promise<Certificate> {
    const now = clock.now()
    return options.make(plan.host, new Date(now - BACKDATED_MS), new Date(now + forMs))
  }

  /** Who does not know a certificate before it is shown has to wait until it does, and loses nothing by that. */
  async function publish(trusted: string): Promise<void> {
    for (const name of plan.trust) await write(placeOf('configmaps', name), trusted)
  }

  async function write(place: DataPlace, trusted: string): Promise<void> {
    const { data, version } = await client.readData(place)
    if (data[TRUST.key] === trusted) return
    const written = await client.writeData(place, { [TRUST.key]: trusted }, version)
    if (!written) throw new Error(`another program writes to ${place.namespace}/${place.name} at the moment`)
  }

  function show(current: Certificate): void {
    if (current.cert === shown?.cert) return
    options.present(current)
    shown = current
  }

  return {
    async start() {
      await turn()
      loop = startLoop({ name: 'certificate', everyMs: TRY_EVERY_MS, clock, log, run: turn })
    },
    async stop() {
      await loop?.stop()
    },
    fault: () => (shown === null ? `there is no certificate yet: ${why}` : null),
  }
}

function placeOf(kind: DataPlace['kind'], text: string): DataPlace {
  const [namespace = '', name = ''] = text.split('/')
  return { kind, namespace, name }
}

function read(data: Record<string, string>, place: keyof Kept): Certificate | null {
  const [cert, key] = KEYS[place].map((name) => data[name] ?? '')
  return cert && key ? { cert, key } : null
}

/** @returns what is written into the Secret, key by key */
function words(place: keyof Kept, kept: Kept): Record<string, string | null> {
  const [cert, key] = KEYS[place]
  return { [cert]: kept[place]?.cert ?? null, [key]: kept[place]?.key ?? null }
}
