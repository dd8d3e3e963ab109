import { incidentsDocument, timelineDocument } from '@portolan/wire'
import type { AtHub } from './judge.ts'

const MOST = 10_000

/** What a hub has of a cluster. @param page its address @throws where it does not answer */
export async function askHub(page: string, cluster: string): Promise<AtHub> {
  const query = `cluster=${encodeURIComponent(cluster)}&limit=${MOST}`
  const { incidents } = incidentsDocument.parse(await read(`${page}/api/v1/incidents?${query}`))
  const { entries } = timelineDocument.parse(await read(`${page}/api/v1/timeline?${query}&from=2000-01-01T00:00:00Z`))
  return {
    incidents: incidents.map(({ id, target, darkSince, darkUntil }) => ({
      id,
      target,
      darkSince: Date.parse(darkSince),
      darkUntil: darkUntil === null ? null : Date.parse(darkUntil),
    })),
    opened: entries.flatMap((entry) => (entry.type === 'incident.opened' ? [entry.id] : [])),
  }
}

async function read(url: string): Promise<unknown> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) })
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`)
  return answer.json()
}
