import { writeFile } from 'node:fs/promises'

/** Writes a kubeconfig whose only context is `kind-NAME`, as kind names it. */
export async function writeKubeconfig(path: string, cluster: string, port: number): Promise<void> {
  const name = `kind-${cluster}`
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    // The official JavaScript client refuses plain HTTP unless TLS verification is off.
    clusters: [{ name, cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    users: [{ name, user: { token: 'practice' } }],
    'current-context': name,
  }
  await writeFile(path, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 })
}
