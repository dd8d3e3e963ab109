import { PortolanError } from '@portolan/core'
import { fullName, isNamed, type NamedPort, namedPorts, type PortName } from './port-name.ts'

/** The port of that name. @throws PortolanError usage, naming the ports that there are */
export function onePort<Port extends NamedPort>(targets: readonly Port[], name: PortName): Port {
  const [match, ...others] = portsCalled(targets, name)
  if (others.length === 0) return match
  const named = namedPorts([match, ...others].map(fullName), name.name)
  throw new PortolanError('usage', `several clusters have a port ${textOf(name)}`, `name one of ${named}`)
}

/** The ports of that name, at most one of each cluster. @throws PortolanError usage, naming the ports that there are */
export function portsCalled<Port extends NamedPort>(targets: readonly Port[], name: PortName): [Port, ...Port[]] {
  const [match, ...others] = targets.filter((target) => isNamed(name, target))
  if (match !== undefined) return [match, ...others]
  const named = namedPorts(targets.map(fullName), name.name)
  throw new PortolanError(
    'usage',
    `no port is called ${textOf(name)}`,
    named === '' ? 'none has been watched yet: start portolan watch' : `these are watched: ${named}`,
  )
}

function textOf({ cluster, name }: PortName): string {
  return `${cluster === null ? '' : `${cluster}/`}${name}`
}
