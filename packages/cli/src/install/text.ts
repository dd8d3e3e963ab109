import { commandText } from '@portolan/core'
import { kubectl, NAMESPACE, type Step } from './plan.ts'
import type { Way } from './settings.ts'

export function planText(title: string, steps: readonly Step[]): string {
  const lines = steps.flatMap(({ about, command }) => [`  ${about}:`, `    ${commandText(command)}`])
  return `${[title, ...lines].join('\n')}\n\n`
}

/** What to do with what was installed. */
export function lookText(way: Way): string {
  const inCollector = (...words: string[]) => commandText(kubectl(way, `--namespace=${NAMESPACE}`, ...words))
  const prober = ['portolan', 'prober', `--cluster=${way.cluster}`, ...wayOfProber(way)]
  return `
Portolan is installed in cluster ${way.cluster}. What its ports are like from outside it learns from this machine:
  ${commandText(prober)}
The page, at http://127.0.0.1:9464 while this runs:
  ${inCollector('port-forward', 'deploy/portolan-collector', '9464')}
The way of one port, hop by hop:
  ${inCollector('exec', 'deploy/portolan-collector', '--', 'node', '/app/portolan.mjs', 'explain', '30080')}
`
}

function wayOfProber({ cluster, context, kubeconfig }: Way): string[] {
  return [
    ...(kubeconfig === null ? [] : [`--kubeconfig=${kubeconfig}`]),
    ...(context === `kind-${cluster}` ? [] : [`--context=${context}`]),
  ]
}
