import { citeAbsence } from './cite.ts'
import { defineRule } from './rule.ts'
import { selectorText } from './words.ts'

/**
 * The Service that had the NodePort is gone, and nothing else claims the port: kube-proxy takes its rules away, so that
 * nothing listens there.
 *
 * Source: Kubernetes, kube-proxy; seen on kind.
 */
export const serviceDeleted = defineRule({
  cause: 'service_deleted',
  title: 'The Service that had the NodePort was deleted, and nothing else claims the port.',
  cure: 'Create the Service again with the same nodePort, or take the mapping out of the kind configuration. Portolan names this cause only if it saw the deletion.',

  holds: ({ deletedService }) => deletedService !== null,

  mechanism: () => 'reset',

  provenByObjects: () => true,

  summary: ({ deletedService, path }) =>
    `Service ${deletedService?.service.namespace}/${deletedService?.service.name}, which had nodePort ${path.mapping.containerPort}, was deleted: nothing uses ${path.container.name}:${path.mapping.containerPort} any more.`,

  evidence: ({ deletedService }) =>
    deletedService === null
      ? []
      : [
          citeAbsence(
            `Service ${deletedService.service.namespace}/${deletedService.service.name} is gone`,
            deletedService.at,
          ),
        ],

  remedies: ({ deletedService, path }) => {
    const { service } = deletedService ?? {}
    const port = service?.ports.find(({ nodePort }) => nodePort === path.mapping.containerPort)
    if (service === undefined || port === undefined) return []
    const selector = selectorText(service.selector)
    const to = selector === '' ? '' : `, selector ${selector}`
    return [
      {
        text: `Create Service ${service.namespace}/${service.name} again: type ${service.type}, nodePort ${port.nodePort}, port ${port.port} to targetPort ${port.targetPort}${to}`,
      },
    ]
  },

  absence: () => 'Portolan saw no deletion of a Service with this port',
})
