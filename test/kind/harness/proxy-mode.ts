import type { ProxyMode } from './make-cluster.ts'
import { run } from './shell.ts'

/** kube-proxy of a running cluster writes its rules in this mode from now on, on every node; harmless where it does. */
export async function setProxyMode(context: string, mode: ProxyMode): Promise<void> {
  const kubectl = (words: string[], input?: string) =>
    run(['kubectl', '--context', context, '-n', 'kube-system', ...words], input === undefined ? {} : { input })
  const map = JSON.parse(await kubectl(['get', 'configmap', 'kube-proxy', '-o', 'json'])) as {
    data: Record<string, string>
  }
  const config = map.data['config.conf'] ?? ''
  const wanted = config.replace(/^mode: .*$/m, `mode: ${mode}`)
  if (wanted === config) return
  await kubectl(['replace', '-f', '-'], JSON.stringify({ ...map, data: { ...map.data, 'config.conf': wanted } }))
  await kubectl(['rollout', 'restart', 'daemonset/kube-proxy'])
  await kubectl(['rollout', 'status', 'daemonset/kube-proxy', '--timeout=180s'])
}
