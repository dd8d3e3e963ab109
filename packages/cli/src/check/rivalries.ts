import type { CheckedPort, CheckWarning } from '@portolan/wire'

/**
 * Host ports that two clusters want: they cannot both run. Clusters of one name cannot do so anyway.
 *
 * @param names of the clusters, by what the ports call them
 */
export function rivalries(ports: CheckedPort[], names: ReadonlyMap<string, string>): CheckWarning[] {
  const mapped = ports.filter(({ hostPort, node }) => hostPort !== null && hostPort > 0 && node !== null)
  const byPort = Map.groupBy(mapped, ({ hostPort, protocol }) => `${hostPort}/${protocol}`)
  return [...byPort.values()].flatMap((all) => {
    const clusters = [...new Set(all.map(({ cluster }) => cluster))]
    const last = all.at(-1)
    if (new Set(clusters.map((cluster) => names.get(cluster))).size < 2 || last === undefined) return []
    return [
      {
        cause: 'port_taken' as const,
        text: `The clusters ${clusters.join(' and ')} map the same host port ${last.hostPort}: they cannot run side by side.`,
        cluster: last.cluster,
        hostPort: last.hostPort,
        remedies: [],
        file: last.file,
        line: last.line,
      },
    ]
  })
}
