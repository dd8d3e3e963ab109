import { sameClass, type Symptom } from '@portolan/core'
import type { ClusterUnderTest, PortUnderTest, Situation, VantageUnderTest } from '../src/index.ts'
import { probeOnce } from './probe-once.ts'

/**
 * What each place of the situation shows, and beside it what it should: where the symptom is one of those expected, or
 * of the same class, both name the expected one.
 *
 * @param vantages those that this cluster can offer
 */
export async function see(
  cluster: ClusterUnderTest,
  expected: Situation['expected'],
  vantages: readonly VantageUnderTest[],
): Promise<{ seen: Record<string, string>; wanted: Record<string, string> }> {
  const places = Object.entries(expected).flatMap(([port, symptoms]) =>
    vantages.flatMap((vantage) => {
      const right = symptoms[vantage]
      if (right === undefined) return []
      return { name: `${port} from ${vantage}`, right, ...cluster.address(port as PortUnderTest, vantage) }
    }),
  )
  const symptoms = await probeOnce(Object.fromEntries(places.map(({ name, ...place }) => [name, place])), 1500)
  const fits = (name: string, right: Symptom[]) => right.find((one) => sameClass(one, symptoms[name] ?? 'local_error'))
  return {
    seen: Object.fromEntries(places.map(({ name, right }) => [name, fits(name, right) ?? symptoms[name] ?? 'nothing'])),
    wanted: Object.fromEntries(places.map(({ name, right }) => [name, fits(name, right) ?? right.join(' or ')])),
  }
}
