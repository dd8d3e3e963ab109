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
  const withPortolan = (command: string) =>
    commandText(['portolan', command, `--cluster=${way.cluster}`, ...wayOfPortolan(way)])
  return `
Portolan is installed in cluster ${way.cluster}. What its ports are like from outside it learns from this machine:
  ${withPortolan('prober')}
The page, while this runs:
  ${withPortolan('page')}
The way of one port, hop by hop:
  ${inCollector('exec', 'deploy/portolan-collector', '--', 'node', '/app/portolan.mjs', 'explain', '30080')}
`
}

function wayOfPortolan({ cluster, context, kubeconfig }: Way): string[] {
  return [
    ...(kubeconfig === null ? [] : [`--kubeconfig=${kubeconfig}`]),
    ...(context === `kind-${cluster}` ? [] : [`--context=${context}`]),
  ]
}
