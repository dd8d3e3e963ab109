interface Considered {
  because: string
}

/**
 * What core says of a cause that nothing speaks against, since nobody could look. A test holds that it says each of
 * these.
 */
export const UNCHECKED: readonly string[] = [
  'no agent on another node probes the port of the mapped node',
  'no agent on the mapped node checks the rules there',
  'no pod of kube-proxy is known, and no agent asks for its health',
  'no probe at the node of the pod has a result',
  'no probe of the pod at its own node has a result',
  'no probe of the pods at their own node got an answer',
  'the IP families that the Service is served over are not known',
  'the connection table of the mapped node was not read',
  'the endpoints changed a moment ago',
  'the nodes behind the balancer are not known',
]

/** Tells causes that what was seen rules out from those that could not be checked. */
export function bySight<One extends Considered>(considered: readonly One[]): { ruledOut: One[]; notChecked: One[] } {
  const isUnchecked = ({ because }: One) => UNCHECKED.includes(because)
  return {
    ruledOut: considered.filter((one) => !isUnchecked(one)),
    notChecked: considered.filter(isUnchecked),
  }
}
