import type { Evidence, Remedy } from '../model/incident.ts'
import { isNodeKnown } from '../route/entries.ts'
import { servingNodes } from '../route/path.ts'
import { citeInside } from '../causes/cite-inside.ts'
import { citeAbsence, citeEngine, citePlacements, citeProbes } from '../causes/cite.ts'
import type { Assessment } from './assess.ts'
import { hopsOf, wellText } from './hops.ts'
import type { Verdict } from './verdict.ts'
import { waysToSeparate } from '../causes/confusions.ts'
import { citeRules } from '../causes/node-rules.ts'
import { podsOnLoopback } from '../causes/inside.ts'
import { couldBe, isKeptOut } from '../causes/possible.ts'
import { kubectl, resourceName } from '../remedies/commands.ts'
import { type RuleContext } from '../causes/context.ts'
import { targetPortOf } from '../causes/target-port.ts'
import { listed, ownerOf } from '../causes/words.ts'

/** No cause is proven: what was seen, which causes could show it, and what would distinguish them. */
export function unproven(assessment: Assessment): Verdict {
  const { context } = assessment
  const { path } = context
  const candidates = couldBe(context)
  return {
    cause: 'unproven',
    confidence: 'unproven',
    candidates,
    summary: isKeptOut(context) ? keptOut(context) : summary(assessment),
    get evidence() {
      return [
        ...evidence(context),
        ...citePlacements(context),
        ...citeProbes(context),
        ...citeInside(context),
        ...citeRules(context),
      ]
    },
    get remedies() {
      if (path.route.kind === 'none') return claimIt(context)
      return [...(isKeptOut(context) ? [] : lookCloser(context)), ...waysToSeparate(context, candidates)]
    },
  }
}

function summary(assessment: Assessment): string {
  const { context } = assessment
  const { path, lost } = context
  if (context.engineLost !== null)
    return `The container engine does not answer (${context.engineLost}), and the port went dark with it.`
  if (context.blind !== null && path.route.kind === 'none') {
    return `What the port leads to is not known: ${context.blind}.`
  }
  if (path.route.kind !== 'none') {
    const well = wellText(hopsOf(assessment))
    return `${ownerOf(path)} should answer ${isNodeKnown(path) ? `on ${path.container.name}` : `at ${path.mapping.listenAddresses[0]}`} (endpoints on ${listed(servingNodes(path))}), and no known cause fits the observations${well === null ? '' : `: ${well}`}.`
  }
  if (lost !== null && lost.route.kind === 'nodePort') {
    const { namespace, name } = lost.route.service
    return `Nothing uses ${path.container.name}:${path.mapping.containerPort} any more: Service ${namespace}/${name}, which had this nodePort, gave it up.`
  }
  return `Nothing in the cluster uses ${path.container.name}:${path.mapping.containerPort}: no Service has this nodePort, no pod this hostPort.`
}

function evidence({ blind, engineLost, lost, at }: RuleContext): Evidence[] {
  return [
    ...(blind === null ? [] : [citeAbsence(blind, at)]),
    ...(lost === null ? [] : [citeAbsence('at this time the path from the node disappeared', lost.at)]),
    ...(engineLost === null ? [] : [citeEngine(engineLost, at)]),
  ]
}

function claimIt({ path, blind }: RuleContext): Remedy[] {
  if (blind !== null) return [{ text: "Make the cluster's API server reachable, then Portolan can find the cause" }]
  return [
    {
      text: `Create a Service of type NodePort with nodePort ${path.mapping.containerPort}, or a pod with this hostPort; or take the mapping out of the kind configuration`,
    },
  ]
}

function lookCloser(context: RuleContext): Remedy[] {
  const pod = context.path.endpoints.find((endpoint) => endpoint.serves)?.pod
  if (pod === undefined || pod === null) return []
  const forward = {
    text: 'Check whether the pod itself answers, without the path through the node',
    command: kubectl(context, pod.namespace, 'port-forward', resourceName(pod), `:${targetPortOf(context.path)}`),
  }
  // A port-forward carries TCP alone.
  const isForwarded = context.path.mapping.protocol === 'tcp' && podsOnLoopback(context).length === 0
  return [
    ...(isForwarded ? [forward] : []),
    {
      text: isForwarded ? 'Read its log' : 'Read the log of the pod',
      command: kubectl(context, pod.namespace, 'logs', resourceName(pod), '--tail=50'),
    },
  ]
}

function keptOut({ path }: RuleContext): string {
  return `${ownerOf(path)} answers at 127.0.0.1:${path.mapping.hostPort} but not at the host's LAN address: a firewall of the host may block the port, or the engine's forwarding rules are gone.`
}
