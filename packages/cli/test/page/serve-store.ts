import { type Collector, type CollectorOptions, createCollector } from '@portolan/collector'
import { createLogger, systemClock } from '@portolan/runtime'

/** A collector that watches nothing, and shows what is in the file of a store. @param path of it */
export async function serveStore(
  path: string,
  more: Pick<CollectorOptions, 'access'> = {},
): Promise<{ url: string; collector: Collector }> {
  const collector = createCollector({
    store: path,
    listen: { host: '127.0.0.1', port: 0 },
    clock: systemClock,
    log: createLogger({ level: 'silent' }),
    onAssign() {},
    onBurst() {},
    onChange() {},
    ...more,
  })
  await collector.start()
  return { url: `http://127.0.0.1:${collector.address?.port}`, collector }
}
