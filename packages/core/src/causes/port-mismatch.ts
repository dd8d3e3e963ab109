import { citeAbsence, citeObject } from './cite.ts'
import { fixNodePort } from '../remedies/edits.ts'
import type { Route } from '../route/claim.ts'
import { keyOf, type ServiceSnapshot } from '../model/snapshot.ts'
import type { RuleContext } from './context.ts'
import { defineRule } from './rule.ts'
import { listed } from './words.ts'

/**
 * Nothing in the cluster claims the container port that is mapped, while a NodePort exists that is mapped nowhere: one
 * of the two numbers is not the one that was meant.
 *
 * Source: kind, "Extra Port Mappings": containerPort must be the Service's nodePort.
 */
export const portMismatch = defineRule({
  cause: 'port_mismatch',
  title: 'No Service has the mapped containerPort as its nodePort, and the NodePort of another Service is not mapped.',
  cure: 'Give the Service the nodePort that is mapped, or map the one that it has: in kind, `containerPort` has to be the nodePort.',

  holds: (context) => context.path.route.kind === 'none' && meant(context).length > 0,

  mechanism: () => 'reset',

  summary: (context) =>
    `The port is mapped to ${context.path.container.name}:${context.path.mapping.containerPort}, which no Service and no pod uses; ${listed(
      meant(context).map(
        ({ service, nodePort }) => `Service ${service.namespace}/${service.name} has nodePort ${nodePort}`,
      ),
    )}, mapped nowhere.`,

  evidence: (context) => [
    citeAbsence(`no Service has nodePort ${context.path.mapping.containerPort}, no pod has it as hostPort`, context.at),
    ...meant(context).map(({ service, nodePort }) =>
      citeObject(service, `nodePort ${nodePort} is mapped on no node`, context.at),
    ),
  ],

  remedies: (context) =>
    meant(context)
      .slice(0, 1)
      .flatMap(({ service, nodePort }) => {
        const { path, asCommand } = context
        const port = service.ports.find((one) => one.nodePort === nodePort)
        if (port === undefined) return []
        const fix = asCommand(fixNodePort(service, port, path.mapping.containerPort))
        const text = `If Service ${service.namespace}/${service.name} is meant, give it the nodePort that is mapped`
        return [{ ...fix, text }]
      }),

  absence: ({ path }) =>
    path.route.kind === 'none' ? 'no unmapped NodePort could be the intended one' : 'the port is claimed',
})

/**
 * The Services that the mapping was plainly meant for: the one that held it, or one with a number of the mapping where its
 * NodePort belongs. Any other may well have no host port on purpose, and the mapping wait for its application.
 */
function meant({ path: { mapping }, unmapped, lost }: Pick<RuleContext, 'path' | 'unmapped' | 'lost'>) {
  if (lost !== null) return unmapped.filter(({ service }) => isSame(service, lost.route))
  return unmapped.filter(
    ({ service, nodePort }) =>
      service.type === 'NodePort' &&
      (nodePort === mapping.hostPort ||
        service.ports.some((one) => one.nodePort === nodePort && one.port === mapping.containerPort)),
  )
}

/** The Service that held the port until a moment ago, or one that was made in its place, with another nodePort now. */
function isSame(service: ServiceSnapshot, route: Route): boolean {
  return route.kind === 'nodePort' && keyOf(route.service) === keyOf(service)
}
