import { describe, expect, test } from '@jest/globals'
import { commandText } from '@portolan/core'
import { buildInfo } from '@portolan/runtime'
import { type Found, planInstall, planUninstall } from '../../src/install/plan.ts'
import { type InstallFlags, readInstallSettings, type Way } from '../../src/install/settings.ts'
import { lookText } from '../../src/install/text.ts'

const WAY: Way = { cluster: 'sea', context: 'kind-sea', kubeconfig: null }
const FOUND: Found = {
  chart: '/chart',
  imageId: 'sha256:1',
  hasNamespace: false,
  isIpv6Only: false,
  installed: 'nothing',
}
const FLAGS: InstallFlags = { values: [], set: [], load: true }
const OWN = `portolan:${buildInfo.version}`

function commands({ way = WAY, flags = {}, found = {} }: Given): string[] {
  const settings = readInstallSettings({ ...FLAGS, ...flags })
  return planInstall(way, settings, { ...FOUND, ...found }).map(({ command }) => commandText(command))
}

interface Given {
  way?: Way
  flags?: Partial<InstallFlags>
  found?: Partial<Found>
}

test('a first install loads the image, makes a restricted namespace, runs helm and waits', () => {
  expect(commands({})).toEqual([
    `kind load docker-image --name=sea ${OWN}`,
    'kubectl --context=kind-sea create namespace portolan',
    'kubectl --context=kind-sea label namespace portolan pod-security.kubernetes.io/enforce=restricted pod-security.kubernetes.io/audit=restricted pod-security.kubernetes.io/warn=restricted portolan.dev/made-by=install',
    'helm upgrade --install portolan /chart --namespace=portolan --set-string=cluster=sea --set-string=image.id=sha256:1 --kube-context=kind-sea',
    'kubectl --context=kind-sea --namespace=portolan rollout status deployment --selector=app.kubernetes.io/instance=portolan --timeout=5m',
    'kubectl --context=kind-sea --namespace=portolan-agents annotate pods --selector=app.kubernetes.io/instance=portolan portolan.dev/certificate=made --overwrite',
    'kubectl --context=kind-sea --namespace=portolan-agents rollout status daemonset --selector=app.kubernetes.io/instance=portolan --timeout=5m',
  ])
})

test('the collector listens for IPv6 where pods have nothing else, unless it is told where', () => {
  const helm = (set: string[]) =>
    commands({ flags: { set }, found: { isIpv6Only: true } }).find((one) => one.startsWith('helm'))
  expect(helm([])).toContain(" --set-string='collector.ingestAddress=[::]' ")
  expect(helm(['collector.ingestAddress=[fd00::1]'])).not.toContain('[::]')
})

test('an installation without TLS is brought to it in three steps, so that each agent can send what it has', () => {
  const steps = commands({ found: { hasNamespace: true, installed: 'beforeTls' } }).slice(1)
  const helm = 'helm upgrade --install portolan /chart --namespace=portolan --set-string=cluster=sea'
  const rollout = (namespace: string, kind: string) =>
    `kubectl --context=kind-sea --namespace=${namespace} rollout status ${kind} --selector=app.kubernetes.io/instance=portolan --timeout=5m`
  expect(steps).toEqual([
    `${helm} --set-string=image.id=sha256:1 --set-string=collector.tls=offered --set-string=agents.updateStrategy=OnDelete --kube-context=kind-sea`,
    rollout('portolan', 'deployment'),
    `${helm} --set-string=image.id=sha256:1 --set-string=collector.tls=offered --kube-context=kind-sea`,
    rollout('portolan-agents', 'daemonset'),
    `${helm} --set-string=image.id=sha256:1 --kube-context=kind-sea`,
    rollout('portolan', 'deployment'),
    rollout('portolan-agents', 'daemonset'),
  ])
})

describe('an install', () => {
  test.each<[string, Given, RegExp[], RegExp[]]>([
    ['leaves a namespace alone that is there', { found: { hasNamespace: true } }, [], [/create namespace/, /label/]],
    [
      'loads nothing where the nodes have the image',
      { flags: { load: false }, found: { imageId: null } },
      [],
      [/kind load/, /image\.id/],
    ],
    [
      'takes another image, from a registry with a port too',
      { flags: { image: 'localhost:5000/team/portolan:1.10' } },
      [
        /^kind load docker-image --name=sea localhost:5000\/team\/portolan:1\.10$/,
        /--set-string=image\.repository=localhost:5000\/team\/portolan --set-string=image\.tag=1\.10 /,
      ],
      [],
    ],
    [
      'hands on values as they were given, and those that it knows itself last',
      { flags: { values: ['a.yaml', 'my values.yaml'], set: ['agents.port=9000'] } },
      [/--values=a\.yaml --values='my values\.yaml' --set=agents\.port=9000 --set-string=cluster=sea/],
      [],
    ],
    [
      'names the kubeconfig wherever it goes',
      { way: { ...WAY, kubeconfig: '/k', context: 'other' } },
      [/^helm .* --kubeconfig=\/k --kube-context=other$/, /^kubectl --kubeconfig=\/k --context=other create/],
      [/kind-sea/],
    ],
  ])('%s', (_, given, there, gone) => {
    const lines = commands(given)
    for (const one of there) expect(lines).toContainEqual(expect.stringMatching(one))
    for (const one of gone) expect(lines).not.toContainEqual(expect.stringMatching(one))
  })

  test('tells each wrong option', () => {
    const flags = { ...FLAGS, image: 'portolan', set: ['agents.port'] }
    expect(() => readInstallSettings(flags)).toThrow(/--image is "portolan"[^]*--set is "agents.port"/)
  })
})

test('whatever file and cluster are called, they are one word each', () => {
  const way = { cluster: 'x', context: '$(id)', kubeconfig: '/a b; touch c' }
  const found = { chart: '/c', imageId: null, hasNamespace: true, installed: 'sinceTls' as const }
  const [, helm = '', wait = ''] = commands({ way, flags: { values: ['-x y'] }, found })
  expect(helm).toMatch(/ --values='-x y' .* --kubeconfig='\/a b; touch c' --kube-context='\$\(id\)'$/)
  expect(wait).toMatch(/^kubectl --kubeconfig='\/a b; touch c' --context='\$\(id\)' --namespace=portolan /)
  for (const { hint } of planUninstall(way).slice(1)) expect(hint).toContain(` --context='$(id)' describe`)
  expect(lookText(way)).toContain(`portolan prober --cluster=x --kubeconfig='/a b; touch c' --context='$(id)'\n`)
})

test('an uninstall removes the release, and the namespace where install made it', () => {
  expect(planUninstall(WAY).map(({ command }) => commandText(command))).toEqual([
    'helm uninstall portolan --namespace=portolan --ignore-not-found --wait --kube-context=kind-sea',
    'kubectl --context=kind-sea delete namespace --selector=portolan.dev/made-by=install',
  ])
})

test('what is said at the end leads to the cluster, whatever its access', () => {
  expect(lookText(WAY)).toMatch(/portolan prober --cluster=sea\n/)
  expect(lookText({ ...WAY, kubeconfig: '/k', context: 'other' })).toMatch(
    /portolan prober --cluster=sea --kubeconfig=\/k --context=other\n[^]*portolan page --cluster=sea --kubeconfig=\/k --context=other\n/,
  )
})
