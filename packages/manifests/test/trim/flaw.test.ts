import { expect, test } from '@jest/globals'
import { manifestsOf } from '../source-of.ts'

const workload = (options: { kind?: string; labels?: string; spec?: string; pod?: string; container: string }) => {
  const { kind = 'Deployment', labels = '{app: web}', spec = '', pod = '', container } = options
  return `apiVersion: apps/v1
kind: ${kind}
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
${spec}
  template:
    metadata: {labels: ${labels}}
    spec:
${pod}
      containers: [{name: main, image: x, ${container}}]
`
}

const flawOf = (text: string) => [...manifestsOf(text).flaws.values()][0] ?? null
const mounts = 'volumeMounts: [{name: data, mountPath: /data}]'

test.each<[string, Parameters<typeof workload>[0], RegExp]>([
  ['a port beyond the last one', { container: 'ports: [{containerPort: 70000}]' }, /has port 70000/],
  ['a host port beyond the last one', { container: 'ports: [{containerPort: 80, hostPort: 70000}]' }, /has port 70000/],
  ['a protocol in small letters', { container: 'ports: [{containerPort: 80, protocol: tcp}]' }, /protocol tcp/],
  [
    'two ports of one name',
    { container: 'ports: [{name: http, containerPort: 80}, {name: http, containerPort: 81}]' },
    /two ports with the name http/,
  ],
  [
    'two ports at one host port',
    { container: 'ports: [{containerPort: 80, hostPort: 80}, {containerPort: 81, hostPort: 80}]' },
    /want hostPort 80/,
  ],
  [
    'a number for a variable',
    { container: 'env: [{name: PORT, value: 3000}]' },
    /variable PORT the value 3000 without/,
  ],
  ['a truth value for a variable', { container: 'env: [{name: DEBUG, value: true}]' }, /value true without quotes/],
  ['a number among its arguments', { container: 'args: [--port, 3000]' }, /has 3000 among its args/],
  ['a command that is no list', { container: 'command: run' }, /has command that are no list/],
  [
    'a quantity that is none',
    { container: 'resources: {requests: {memory: 512MB}}' },
    /memory 512MB, which is no quantity/,
  ],
  [
    'requests above the limits',
    { container: 'resources: {requests: {cpu: 2}, limits: {cpu: 1500m}}' },
    /more cpu than its limit/,
  ],
  [
    'a probe with two handlers',
    { container: 'readinessProbe: {httpGet: {port: 80}, exec: {command: [x]}}' },
    /readinessProbe with exec and httpGet/,
  ],
  ['a probe that asks nothing', { container: 'livenessProbe: {periodSeconds: 3}' }, /livenessProbe that asks nothing/],
  [
    'a startup probe that has to succeed twice',
    { container: 'startupProbe: {tcpSocket: {port: 80}, successThreshold: 2}' },
    /startupProbe with successThreshold 2/,
  ],
  [
    'a variable with two sources',
    { container: 'env: [{name: A, value: b, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]' },
    /variable A a value and a valueFrom/,
  ],
  [
    'two volumes at one path',
    {
      pod: '      volumes: [{name: a, emptyDir: {}}, {name: b, emptyDir: {}}]',
      container: 'volumeMounts: [{name: a, mountPath: /d}, {name: b, mountPath: /d}]',
    },
    /mounts two volumes at \/d/,
  ],
  [
    'a toleration of anything with a value',
    { pod: '      tolerations: [{key: a, operator: Exists, value: b}]', container: '' },
    /tolerates a with operator Exists and a value/,
  ],
  [
    'a rollout that may neither start nor stop a pod',
    { spec: '  strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0%}}', container: '' },
    /may neither start a pod/,
  ],
  [
    'a DaemonSet whose rollout may do both',
    { kind: 'DaemonSet', spec: '  updateStrategy: {rollingUpdate: {maxSurge: 1}}', container: '' },
    /for which maxUnavailable has to be 0/,
  ],
  [
    'a field that no pod has',
    { pod: '      nodeselector: {a: b}', container: '' },
    /no field nodeselector \(in spec\.template\.spec\)/,
  ],
  ['a field of a port at its container', { container: 'containerPort: 80' }, /no field containerPort/],
  ['a pull policy that is none', { container: 'imagePullPolicy: always' }, /imagePullPolicy always is none of/],
  ['a volume that it does not have', { container: mounts }, /mounts the volume data/],
  ['a label that is none', { labels: '{app: web, owner: "me@home"}', container: '' }, /label owner is none/],
  [
    'a probe at a number in quotes',
    { container: 'startupProbe: {tcpSocket: {port: "80"}}' },
    /startupProbe at port "80"/,
  ],
  ['pods that are not started again', { pod: '      restartPolicy: Never', container: '' }, /restartPolicy Never/],
  [
    'Recreate with a rollingUpdate',
    { spec: '  strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}', container: '' },
    /Recreate and has a rollingUpdate/,
  ],
])('a workload with %s is refused', (_, options, because) => {
  expect(flawOf(workload(options))).toEqual({ kind: 'refused', because: expect.stringMatching(because) })
})

test.each<[string, Parameters<typeof workload>[0]]>([
  ['the last port there is', { container: 'ports: [{containerPort: 65535, protocol: UDP}]' }],
  [
    'one number for two protocols',
    { container: 'ports: [{containerPort: 53, hostPort: 53}, {containerPort: 53, hostPort: 53, protocol: UDP}]' },
  ],
  [
    'one host port at two addresses',
    {
      container:
        'ports: [{containerPort: 80, hostPort: 80, hostIP: 127.0.0.1}, {containerPort: 81, hostPort: 80, hostIP: 10.0.0.1}]',
    },
  ],
  [
    'values in quotes, from elsewhere and by a variable',
    {
      container:
        'env: [{name: A, value: "1"}, {name: B, valueFrom: {fieldRef: {fieldPath: status.podIP}}}, {name: C, value: ${C}}]',
    },
  ],
  [
    'quantities of each kind',
    { container: 'resources: {requests: {cpu: 0.5, memory: 1e3}, limits: {cpu: 500m, memory: .5Gi}}' },
  ],
  ['a volume of its own', { pod: '      volumes: [{name: data, emptyDir: {}}]', container: mounts }],
  [
    'a volume for each of its pods',
    { kind: 'StatefulSet', spec: '  volumeClaimTemplates: [{metadata: {name: data}}]', container: mounts },
  ],
  ['a label without a value', { labels: '{app: web, edge: ""}', container: '' }],
  ['a probe at a number', { container: 'startupProbe: {tcpSocket: {port: 80}}' }],
  ['pods that are started again', { pod: '      restartPolicy: Always', container: '' }],
])('a workload with %s is not', (_, options) => {
  expect(flawOf(workload(options))).toBeNull()
})

test.each([
  ['no image', '{name: main}', 'main'],
  ['an empty image', '{name: main, image: ""}', 'main'],
  ['an image for one of its containers alone', '{name: main, image: x}, {name: side}', 'side'],
])('whether a workload with %s runs is open, for the API server refuses it and a tool may add one', (_, list, name) => {
  const flaw = flawOf(workload({ container: '' }).replace('{name: main, image: x, }', list))
  expect(flaw).toEqual({ kind: 'open', because: expect.stringContaining(`no image for its container ${name},`) })
})
