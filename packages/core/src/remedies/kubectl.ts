import type { Settings } from '../model/settings.ts'

/** The first words of every printed command: a pasted command must never hit another cluster. */
export function kubectlOf({ context, kubeconfig }: Pick<Settings, 'context' | 'kubeconfig'>): string[] {
  return ['kubectl', ...(kubeconfig === null ? [] : [`--kubeconfig=${kubeconfig}`]), `--context=${context}`]
}
