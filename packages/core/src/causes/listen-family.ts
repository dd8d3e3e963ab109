import { listenOnV6, serveBothFamilies } from '../remedies/edits.ts'
import { familiesOf, missedFamilies } from '../route/families.ts'
import { leadsToNoPort, type Path, servingNodes } from '../route/path.ts'
import { citeAbsence, citeObject } from './cite.ts'
import { defineRule } from './rule.ts'
import { listed, ownerOf } from './words.ts'

/**
 * The engine dials the node in the family of the address that it listens on, and kube-proxy has no rule for the Service
 * in that family.
 *
 * Source: measured on dual-stack clusters of kind.
 */
export const listenFamily = defineRule({
  cause: 'listen_family',
  title:
    'One hop uses IPv4 and the next one only IPv6, or the reverse: e.g. the host port is bound for IPv4 but the Service is served over IPv6 only, a client resolves `localhost` to ::1, or the application listens on IPv4 only and the connections arrive over IPv6.',
  cure: 'Use 127.0.0.1, or set `listenAddress: "::"` in the kind configuration. In a dual-stack cluster set `ipFamilyPolicy: PreferDualStack` on the Service. Let the application listen on `[::]`.',

  holds: ({ path }) => servingNodes(path).length > 0 && !leadsToNoPort(path) && missed(path)?.isSure === true,

  mechanism: () => 'reset',
  provenByObjects: () => true,

  summary: ({ path }) =>
    `The engine dials the ${listed(missed(path)?.dialled ?? [])} address of ${path.container.name}, and ${ownerOf(path)} is served over ${listed(served(path))} only.`,

  evidence: ({ path, at }) => [
    ...(path.route.kind === 'nodePort'
      ? [citeObject(path.route.service, `is served over ${listed(served(path))}`, at)]
      : []),
    citeAbsence(`the host port listens on ${listed(path.mapping.listenAddresses)} and on no other address`, at),
  ],

  remedies: (context) => {
    const { path } = context
    if (path.route.kind !== 'nodePort') return []
    const { service } = path.route
    const both = { ...context.asCommand(serveBothFamilies(service)), cost: 'needs a dual-stack cluster' }
    const { mapping, container } = path
    const relisten = listenOnV6({ ...mapping, node: container.name, nodes: [container.name] })
    const isDual = path.pods.length === 0 || path.pods.some(({ addresses }) => familiesOf(addresses).length > 1)
    return [...(isDual ? [both] : []), ...(served(path).includes('IPv6') ? [context.asCommand(relisten)] : [])]
  },

  absence: ({ path }) =>
    path.route.kind === 'nodePort' && served(path).length > 0
      ? 'the Service is served over the IP family in which the engine dials the node'
      : 'the IP families that the Service is served over are not known',
})

const served = ({ route }: Path) => (route.kind === 'nodePort' ? (route.service.families ?? []) : [])

function missed(path: Path) {
  const { mapping, container } = path
  return missedFamilies({ listenAddresses: mapping.listenAddresses, nodeAddresses: container.addresses }, served(path))
}
