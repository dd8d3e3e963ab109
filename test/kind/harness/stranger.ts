import { makeCertificate } from '@portolan/certificates'
import type { StoryCluster } from './story-cluster.ts'
import { until } from './until.ts'
import { run } from './shell.ts'

/** Somebody else at the address of the collector, with a certificate of its own for the same name. */
export interface Stranger extends AsyncDisposable {
  /** What it heard: connections that were refused because of its certificate, and what came over the others. */
  heard(): Promise<{ refused: number; text: string }>
}

const LISTEN = `
const { createServer } = require('node:tls')
const server = createServer({ cert: process.env.CERT, key: process.env.KEY }, (socket) => {
  socket.on('error', () => {})
  socket.on('data', (bytes) => console.log(bytes.toString('latin1')))
})
server.on('tlsClientError', () => console.log('REFUSED'))
server.listen(9465)`

const HOUR_MS = 60 * 60_000

/** The collector is away meanwhile, and its Service leads to the stranger. */
export async function standInForCollector(cluster: StoryCluster, image: string): Promise<Stranger> {
  const kubectl = (...words: string[]) => cluster.kubectl('-n', 'portolan', ...words)
  const scale = (replicas: number) => kubectl('scale', 'deployment', 'portolan-collector', `--replicas=${replicas}`)
  const select = (selector: object) => {
    const change = [{ op: 'replace', path: '/spec/selector', value: selector }]
    return kubectl('patch', 'service', 'portolan-collector', '--type=json', `--patch=${JSON.stringify(change)}`)
  }
  const service = JSON.parse(await kubectl('get', 'service', 'portolan-collector', '-o', 'json')) as {
    spec: { selector: object }
  }
  const own = await makeCertificate(
    'portolan-collector.portolan.svc',
    new Date(Date.now() - HOUR_MS),
    new Date(Date.now() + HOUR_MS),
  )
  await run(['kubectl', '--context', cluster.context, 'apply', '-f', '-'], { input: JSON.stringify(podOf(image, own)) })
  await kubectl('wait', '--for=condition=Ready', 'pod/stranger', '--timeout=60s')
  await select({ app: 'stranger' })
  await scale(0)
  return {
    async heard() {
      const lines = (await kubectl('logs', 'stranger')).split('\n')
      const others = lines.filter((line) => line !== 'REFUSED')
      return { refused: lines.length - others.length, text: others.join('\n') }
    },
    async [Symbol.asyncDispose]() {
      await select(service.spec.selector)
      await scale(1)
      await kubectl('delete', 'pod', 'stranger', '--wait=false')
      await until('the collector is back', async () =>
        (await kubectl('get', 'deployment', 'portolan-collector', '-o', 'jsonpath={.status.readyReplicas}')).includes(
          '1',
        ),
      )
    },
  }
}

function podOf(image: string, { cert, key }: { cert: string; key: string }): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'stranger', namespace: 'portolan', labels: { app: 'stranger' } },
    spec: {
      securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'stranger',
          image,
          imagePullPolicy: 'Never',
          command: ['node', '-e', LISTEN],
          env: [
            { name: 'CERT', value: cert },
            { name: 'KEY', value: key },
          ],
          ports: [{ name: 'ingest', containerPort: 9465 }],
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  }
}
