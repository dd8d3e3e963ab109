import { servingNodes } from '../route/path.ts'
import { citeObject } from './cite.ts'
import { allAnswer, clusterAddressFromMappedNode, isKubeProxyStuck, reachesPodsButNotService } from './inside.ts'
import { answersAtOwnNode } from './own-node.ts'
import { areRulesOfBefore, areRulesOld, hasCounted, leadToThePods } from './node-rules.ts'
import { missesItsEndpoints } from './local-endpoints.ts'
import { kubectl } from '../remedies/commands.ts'
import { defineRule } from './rule.ts'
import { isSettling, type RuleContext } from './context.ts'
import { listed, ownerOf } from './words.ts'

/**
 * The mapped node reaches the pods and not the Service's address: its rules lead to where the pods no longer are. An agent
 * on the mapped node proves that, and so do the rules themselves where somebody may read them. From the host it is likely
 * where kube-proxy there does not say how it is since the endpoints changed; without that a broken path looks the same.
 *
 * Source: measured on kind with kube-proxy stopped by SIGSTOP while the pod moved.
 */
export const kubeProxyStale = defineRule({
  cause: 'kube_proxy_stale',
  title:
    'The endpoints have moved, but the rules on the mapped node still lead to the old ones: kube-proxy there is stuck.',
  cure: 'Restart kube-proxy on that node. An agent on the mapped node proves it (it reaches the pods, but not the address of the Service), and so does `--prove` if kube-proxy is in iptables mode, whose rules count what they forward.',

  holds: (context) =>
    context.path.route.kind === 'nodePort' &&
    servingNodes(context.path).length > 0 &&
    !isSettling(context) &&
    (reachesPodsButNotService(context) ||
      areRulesOfBefore(context) ||
      isStuckBesideThePods(context) ||
      missesItsEndpoints(context)),

  mechanism: () => 'astray',

  isGuess: (context) => !reachesPodsButNotService(context),

  provenByAgents: (context) => isKubeProxyStuck(context) && reachesPodsButNotService(context),

  provenByRules: (context) => areRulesOfBefore(context) && hasCounted(context, ({ verdict }) => verdict === 'forward'),

  summary: (context) => {
    const { container } = context.path
    if (areRulesOfBefore(context))
      return `${container.name} does not lead to the pods of ${ownerOf(context.path)} on ${listed(servingNodes(context.path))}: the rules there do not match its endpoints${isKubeProxyStuck(context) ? ', since kube-proxy there is stuck' : ''}.`
    if (missesItsEndpoints(context))
      return `${container.name} does not lead to the pods of ${ownerOf(context.path)} that run on it: kube-proxy there says that it has no endpoint of the Service.`
    if (!reachesPodsButNotService(context))
      return `The pods of ${ownerOf(context.path)} answer on ${listed(servingNodes(context.path))}, but not through ${container.name}: its rules date from before the endpoints changed, since kube-proxy there is stuck.`
    const why = isKubeProxyStuck(context) ? 'kube-proxy there is stuck' : 'its rules do not match the endpoints'
    return `${container.name} reaches the pods of ${ownerOf(context.path)} on ${listed(servingNodes(context.path))}, but not the Service: ${why}.`
  },

  evidence: ({ path, at }) =>
    path.endpoints.flatMap((one) => (one.pod === null ? [] : [citeObject(one.pod, `is ready on ${one.node}`, at)])),

  remedies: (context) => {
    // Source: Kubernetes, fields.EscapeValue.
    const onNode = `spec.nodeName=${context.path.container.name.replaceAll(/[\\,=]/g, '\\$&')}`
    return [
      {
        text: `Restart kube-proxy on ${context.path.container.name}`,
        command: kubectl(
          context,
          'kube-system',
          'delete',
          'pod',
          '--selector=k8s-app=kube-proxy',
          `--field-selector=${onNode}`,
        ),
      },
    ]
  },

  absence: (context) => {
    const rules = clusterAddressFromMappedNode(context)
    if (leadToThePods(context)) return `the rules of ${context.path.container.name} lead to the current pods`
    if (rules.length === 0) return kubeProxyText(context)
    return allAnswer(rules)
      ? `the Service's address answers from ${context.path.container.name}, so its rules are up to date`
      : 'the pods do not answer from the mapped node either'
  },
})

function isStuckBesideThePods(context: RuleContext): boolean {
  return isKubeProxyStuck(context) && areRulesOld(context) && answersAtOwnNode(context)
}

function kubeProxyText({ kubeProxy, path }: RuleContext): string {
  if (kubeProxy === null || kubeProxy.last === null) return 'no agent on the mapped node checks the rules there'
  return kubeProxy.last.symptom === 'ok'
    ? `kube-proxy on ${path.container.name} reports that its rules are up to date`
    : 'no agent on the mapped node checks the rules there'
}
