import { citeAbsence, citeObject } from './cite.ts'
import { fixNodePort } from '../remedies/edits.ts'
import type { Route } from '../route/claim.ts'
import { keyOf, type ServiceSnapshot } from '../model/snapshot.ts'
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
  title: "The mapped containerPort is nobody's nodePort, while another NodePort is mapped nowhere.",
  cure: 'Give the Service the nodePort that is mapped, or map the one that it has: in kind, `containerPort` has to be the nodePort.',

  holds: ({ path, unmapped, lost }) =>
    path.route.kind === 'none' &&
    unmapped.length > 0 &&
    (lost === null || (lost.route.kind === 'nodePort' && unmapped.some((one) => isSame(one.service, lost.route)))),

  mechanism: () => 'reset',

  summary: ({ path, unmapped }) =>
    `The port is mapped to ${path.container.name}:${path.mapping.containerPort}, which no Service and no pod uses; ${listed(
      unmapped.map(({ service, nodePort }) => `Service ${service.namespace}/${service.name} has nodePort ${nodePort}`),
    )}, mapped nowhere.`,

  evidence: ({ path, unmapped, at }) => [
    citeAbsence(`no Service has nodePort ${path.mapping.containerPort}, no pod has it as hostPort`, at),
    ...unmapped.map(({ service, nodePort }) => citeObject(service, `nodePort ${nodePort} is mapped on no node`, at)),
  ],

  remedies: ({ unmapped, path, asCommand }) =>
    unmapped.slice(0, 1).flatMap(({ service, nodePort }) => {
      const port = service.ports.find((one) => one.nodePort === nodePort)
      if (port === undefined) return []
      const fix = asCommand(fixNodePort(service, port, path.mapping.containerPort))
      const text = `If Service ${service.namespace}/${service.name} is meant, give it the nodePort that is mapped`
      return [{ ...fix, text }]
    }),

  absence: ({ path }) =>
    path.route.kind === 'none' ? 'no unmapped NodePort could be the meant one' : 'the port is claimed',
})

/** The Service that held the port until a moment ago, or one that was made in its place, with another nodePort now. */
function isSame(service: ServiceSnapshot, route: Route): boolean {
  return route.kind === 'nodePort' && keyOf(route.service) === keyOf(service)
}
