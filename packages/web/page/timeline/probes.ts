import type { ProbeDocument, ProbesDocument } from '@portolan/wire'

/** One probe, as it is drawn. Times are ms. */
export interface Probe {
  at: number
  vantage: string
  symptom: ProbeDocument['symptom']
  durationMs: number
}

export interface PortProbes {
  /** Always in the same order: each has a height of its own. */
  vantages: string[]
  /** In the order in which they began. */
  probes: Probe[]
}

/** The single probes of each port by `CLUSTER/TARGET`. */
export type Probes = ReadonlyMap<string, PortProbes>

export const NO_PROBES: Probes = new Map()

/** Answers that were told together lie as far apart as they did on average. */
export function probesOf({ probes: told }: ProbesDocument): Probes {
  const byPort = new Map<string, Probe[]>()
  for (const { cluster, target, vantage, at, until, symptom, durationSeconds, count } of told) {
    const key = `${cluster}/${target}`
    const own = byPort.get(key) ?? []
    const [first, last] = [Date.parse(at), Date.parse(until)]
    const step = count > 1 ? (last - first) / (count - 1) : 0
    for (let n = 0; n < count; n += 1) {
      own.push({ at: first + n * step, vantage, symptom, durationMs: durationSeconds * 1000 })
    }
    byPort.set(key, own)
  }
  return new Map(
    [...byPort].map(([key, own]) => [
      key,
      {
        vantages: [...new Set(own.map(({ vantage }) => vantage))].sort(),
        probes: own.sort((a, b) => a.at - b.at),
      },
    ]),
  )
}

/** The probe of each vantage that is nearest to a time, if it is near at all. */
export function nearest({ vantages, probes }: PortProbes, at: number, nearMs: number): Probe[] {
  return vantages.flatMap((vantage) => {
    const own = probes.filter((one) => one.vantage === vantage && Math.abs(one.at - at) <= nearMs)
    return own.sort((a, b) => Math.abs(a.at - at) - Math.abs(b.at - at)).slice(0, 1)
  })
}
