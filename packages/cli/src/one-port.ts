import { PortolanError } from '@portolan/core'
import { fullName, isNamed, type NamedPort, namedPorts, type PortName } from './port-name.ts'

/** The port of that name. @throws PortolanError usage, naming the ports that there are */
export function onePort<Port extends NamedPort>(targets: readonly Port[], name: PortName): Port {
  const matches = targets.filter((target) => isNamed(name, target))
  const [match] = matches
  if (match !== undefined && matches.length === 1) return match
  const named = namedPorts((matches.length > 1 ? matches : targets).map(fullName), name.name)
  const port = `${name.cluster === null ? '' : `${name.cluster}/`}${name.name}`
  if (matches.length > 1)
    throw new PortolanError('usage', `several clusters have a port ${port}`, `name one of ${named}`)
  throw new PortolanError(
    'usage',
    `no port is called ${port}`,
    named === '' ? 'none is watched so far' : `these are watched: ${named}`,
  )
}
