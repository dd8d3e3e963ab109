import type { Machine, MachineEvent } from './machine.ts'

/** The engine's own shapes of a container and of what happens to it. */

const IMAGE = 'kindest/node:v1.34.4'

export function labelsOf(machine: Machine, cluster: string): Record<string, string> {
  return { 'io.x-k8s.kind.cluster': cluster, 'io.x-k8s.kind.role': machine.role }
}

/** An entry of `/containers/json`. */
export function summaryOf(machine: Machine, cluster: string): object {
  return {
    Id: machine.id,
    Names: [`/${machine.name}`],
    Image: IMAGE,
    Created: Math.floor(machine.createdAt / 1000),
    State: machine.running ? 'running' : 'exited',
    Status: machine.running ? 'Up' : `Exited (${machine.exitCode})`,
    Labels: labelsOf(machine, cluster),
    Ports: isBound(machine)
      ? machine.ports.map((port) => ({
          IP: port.listenAddress,
          PrivatePort: port.containerPort,
          PublicPort: port.hostPort,
          Type: 'tcp',
        }))
      : [],
    NetworkSettings: { Networks: { kind: networkOf(machine) } },
  }
}

/** The answer of `/containers/ID/json`. */
export function detailsOf(machine: Machine, cluster: string): object {
  return {
    Id: machine.id,
    Name: `/${machine.name}`,
    Created: new Date(machine.createdAt).toISOString(),
    State: {
      Status: machine.running ? 'running' : 'exited',
      Running: machine.running,
      Paused: false,
      Restarting: false,
      Dead: false,
      ExitCode: machine.exitCode,
      StartedAt: new Date(machine.startedAt).toISOString(),
      FinishedAt: machine.finishedAt === 0 ? NEVER : new Date(machine.finishedAt).toISOString(),
    },
    Config: { Hostname: machine.name, Image: IMAGE, Labels: labelsOf(machine, cluster) },
    HostConfig: { PortBindings: bindingsOf(machine) },
    NetworkSettings: {
      Ports: isBound(machine) ? bindingsOf(machine) : {},
      Networks: { kind: networkOf(machine) },
    },
  }
}

const NEVER = '0001-01-01T00:00:00Z'

function networkOf(machine: Machine): object {
  return { IPAddress: machine.running ? machine.address : '', GlobalIPv6Address: '', Gateway: '' }
}

function isBound({ running, unheard }: Machine): boolean {
  return running && unheard !== 'bindings_lost'
}

function bindingsOf(machine: Machine): Record<string, object[]> {
  const bindings: Record<string, object[]> = {}
  for (const port of machine.ports) {
    const list = (bindings[`${port.containerPort}/tcp`] ??= [])
    list.push({ HostIp: port.listenAddress, HostPort: String(port.hostPort) })
  }
  return bindings
}

/** A line of `/events`. */
export function eventView({ machine, action, at }: MachineEvent, cluster: string): object {
  const exit = action === 'die' ? { exitCode: String(machine.exitCode) } : {}
  return {
    Type: 'container',
    Action: action,
    status: action,
    id: machine.id,
    from: IMAGE,
    scope: 'local',
    Actor: { ID: machine.id, Attributes: { ...labelsOf(machine, cluster), ...exit, image: IMAGE, name: machine.name } },
    time: Math.floor(at / 1000),
    timeNano: at * 1_000_000,
  }
}
