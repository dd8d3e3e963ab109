import type { LabelSelector, PodRule } from '../model/snapshot.ts'

/** The part of a pod's spec that speaks of other pods, as the API writes it. */
export interface ApiPodRules {
  affinity?: Maybe<{ podAffinity?: Maybe<ApiPodAffinity>; podAntiAffinity?: Maybe<ApiPodAffinity> }>
  topologySpreadConstraints?: Maybe<
    { topologyKey: string; maxSkew: number; whenUnsatisfiable: string; labelSelector?: Maybe<ApiSelector> }[]
  >
}

type Maybe<T> = T | null | undefined

interface ApiPodAffinity {
  requiredDuringSchedulingIgnoredDuringExecution?: Maybe<ApiTerm[]>
}

interface ApiTerm {
  topologyKey: string
  labelSelector?: Maybe<ApiSelector>
  namespaces?: Maybe<string[]>
  namespaceSelector?: unknown
}

interface ApiSelector {
  matchLabels?: Maybe<Record<string, string>>
  matchExpressions?: Maybe<{ key: string; operator: string; values?: Maybe<string[]> }[]>
}

/** The rules that the scheduler must not break; preferences are left out. */
export function podRulesOf({ affinity, topologySpreadConstraints }: ApiPodRules): PodRule[] {
  return [
    ...termsOf(affinity?.podAffinity).map((term) => ruleOf('together', term)),
    ...termsOf(affinity?.podAntiAffinity).map((term) => ruleOf('apart', term)),
    ...(topologySpreadConstraints ?? [])
      .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule')
      .map((spread) => ({ ...ruleOf('spread', spread), maxSkew: spread.maxSkew })),
  ]
}

function termsOf(affinity: Maybe<ApiPodAffinity>): ApiTerm[] {
  return affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
}

/** A namespace selector, whatever it says, is taken for every namespace. */
function ruleOf(kind: PodRule['kind'], term: ApiTerm): PodRule {
  return {
    kind,
    topologyKey: term.topologyKey,
    selector: selectorOf(term.labelSelector),
    namespaces: term.namespaceSelector ? null : (term.namespaces ?? []),
    maxSkew: 0,
  }
}

export function selectorOf(selector: Maybe<ApiSelector>): LabelSelector {
  return {
    matchLabels: selector?.matchLabels ?? {},
    matchExpressions: (selector?.matchExpressions ?? []).map(({ key, operator, values }) => ({
      key,
      operator,
      values: values ?? [],
    })),
  }
}
