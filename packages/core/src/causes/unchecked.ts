interface Considered {
  because: string
}

/**
 * What core says of a cause that nothing speaks against, since nobody could look. A test holds that it says each of
 * these.
 */
export const UNCHECKED: readonly string[] = [
  'no agent on another node looks at the port of the mapped node',
  'no agent on the mapped node looks at the rules there',
  'no pod of kube-proxy is known, and no agent asks it how it is',
  'no probe on the node of the pod shows it',
  'no probe of the pod at its own node separates it',
  'no probe of the pods at their own node answers',
  'the address families that it serves are not known',
  'the endpoints changed a moment ago',
]

/** Tells causes that what was seen rules out from those that could not be checked. */
export function bySight<One extends Considered>(considered: readonly One[]): { ruledOut: One[]; notChecked: One[] } {
  const isUnchecked = ({ because }: One) => UNCHECKED.includes(because)
  return {
    ruledOut: considered.filter((one) => !isUnchecked(one)),
    notChecked: considered.filter(isUnchecked),
  }
}
