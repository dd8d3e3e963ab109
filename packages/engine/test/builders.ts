import type { InspectedContainer } from '../src/inspected.ts'

/** A worker named `NAME` of cluster `sea`, running, with host port 30080, as Docker shows it. */
export function inspected(
  name: string,
  changes: Partial<InspectedContainer> & { cluster?: string; role?: string } = {},
) {
  const { cluster = 'sea', role = 'worker', ...rest } = changes
  return {
    Id: `id-${name}`,
    Name: `/${name}`,
    State: { Status: 'running', StartedAt: '2026-11-25T12:00:00Z' },
    Config: { Labels: { 'io.x-k8s.kind.cluster': cluster, 'io.x-k8s.kind.role': role } },
    HostConfig: { PortBindings: { '30080/tcp': [{ HostIp: '0.0.0.0', HostPort: '30080' }] } },
    NetworkSettings: {
      Ports: { '30080/tcp': [{ HostIp: '0.0.0.0', HostPort: '30080' }] },
      Networks: { kind: { IPAddress: '172.18.0.2', GlobalIPv6Address: '' } },
    },
    ...rest,
  } satisfies InspectedContainer
}

/** An event of a container as Docker tells it; `at` in ms since the epoch. */
export function dockerEvent(name: string, action: string, at: number, attributes: Record<string, string> = {}) {
  return {
    Type: 'container',
    Action: action,
    Actor: { ID: `id-${name}`, Attributes: { name, 'io.x-k8s.kind.cluster': 'sea', ...attributes } },
    time: Math.floor(at / 1000),
    timeNano: at * 1e6,
  }
}

/** Collects what happens, and lets a test wait until something did. */
export function createRecorder<Item>() {
  const items: Item[] = []
  const waiting = new Set<() => void>()
  return {
    items,
    add(item: Item) {
      items.push(item)
      for (const check of waiting) check()
    },
    /** The first item from number `from` on that fits, now or later. */
    next(fits: (item: Item) => boolean, from = 0): Promise<Item> {
      return new Promise((resolve) => {
        const check = () => {
          const found = items.slice(from).find(fits)
          if (found === undefined) return
          waiting.delete(check)
          resolve(found)
        }
        waiting.add(check)
        check()
      })
    },
  }
}

/** An archive of one entry, as engines send it. @param type `0`: a file */
export function archiveOf(text: string, type = '0'): Buffer {
  const content = Buffer.from(text)
  const header = Buffer.alloc(512)
  header.write('values.yaml', 0)
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1')
  header.write(type, 156, 'latin1')
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)])
}
