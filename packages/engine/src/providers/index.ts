import { cloudProviderKind } from './cloud-provider-kind.ts'
import { k3d } from './k3d.ts'
import { kind } from './kind.ts'
import { minikube } from './minikube.ts'
import type { Labels, Provider } from './provider.ts'
import { talos } from './talos.ts'

/** Where two tools call a cluster the same, the first keeps the name. */
export const PROVIDERS: readonly Provider[] = [kind, cloudProviderKind, k3d, minikube, talos]

/** The tool that made the container; null for all others. */
export function providerOf(labels: Labels): Provider | null {
  return PROVIDERS.find(({ label }) => hasLabel(labels, label)) ?? null
}

/** As an engine's filter has it. */
export function labelFilter({ label: { key, value } }: Provider): string {
  return value === undefined ? key : `${key}=${value}`
}

function hasLabel(labels: Labels, { key, value }: Provider['label']): boolean {
  return Object.hasOwn(labels, key) && (value === undefined || labels[key] === value)
}
