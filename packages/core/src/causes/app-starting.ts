import { NOTHING_TO_DO } from '../model/incident.ts'
import { durationText } from '../model/duration.ts'
import { servingNodes } from '../route/path.ts'
import { citeObject } from './cite.ts'
import { isRefusedBy, podsAtOwnNodes, podsFromApiServer, podsOnLoopback } from './inside.ts'
import { isSettling, type RuleContext } from './context.ts'
import { answeredAsItIs, isDarkEverywhere, isYoung } from './own-node.ts'
import { defineRule } from './rule.ts'
import { targetPortOf } from './target-port.ts'
import { listed, ownerOf } from './words.ts'

/**
 * A pod counts as ready, has done so for less than a minute, and refuses the port: without a readiness probe on that port
 * it is an endpoint from the moment its container runs, whether or not the application listens yet.
 *
 * Source: Kubernetes, "Container probes": a container without a readiness probe is ready when it runs.
 */
export const appStarting = defineRule({
  cause: 'app_starting',
  title: 'The pods count as ready before the application listens: connections are refused until it does.',
  cure: 'Give the pods a readiness probe on the port that the Service leads to: until the probe passes, they get no connections. If the port stays dark for more than a minute, the application listens on another port, or only on its loopback.',

  tcpOnly: true,

  holds: (context) =>
    servingNodes(context.path).length > 0 &&
    !isSettling(context) &&
    isYoung(context) &&
    refuseThemselves(context) &&
    isDarkEverywhere(context) &&
    !answeredAsItIs(context),

  mechanism: () => 'reset',

  isGuess: () => true,

  summary: (context) =>
    `${ownerOf(context.path)} has pods on ${listed(servingNodes(context.path))} that count as ready but do not listen on port ${targetPortOf(context.path)} yet.`,

  evidence: ({ path, at }) =>
    path.endpoints.flatMap(({ pod, serves }) =>
      pod === null || !serves
        ? []
        : [citeObject(pod, `counts as ready since ${durationText(at - pod.readySince)}`, at)],
    ),

  remedies: (context) => [
    { text: `${NOTHING_TO_DO}it ends when the application has started` },
    {
      text: `Give the pods a readiness probe on port ${targetPortOf(context.path)}, so that they get no connections before they listen`,
    },
  ],

  absence: (context: RuleContext) =>
    isYoung(context) ? 'the pods do not refuse the port' : 'no pod has become ready within the last minute',
})

/** The pods themselves were asked, where no rule of a node is on the way. */
function refuseThemselves(context: RuleContext): boolean {
  return isRefusedBy([...podsAtOwnNodes(context), ...podsFromApiServer(context), ...podsOnLoopback(context)])
}
