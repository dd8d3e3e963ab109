import { deleteObject, EVICTION } from './api/deletion.ts'
import type { ControlContext } from './control/context.ts'
import type { NodeLifecycle } from './control/node-lifecycle.ts'
import type { BrokenPaths, Loss } from './network/broken-paths.ts'
import type { Terrain } from './network/fate.ts'
import type { PracticeNode } from './node.ts'
import type { Deployment, Pod } from './objects.ts'
import { ENFORCER } from './terrain.ts'
import {
  type DeployOptions,
  deploymentOf,
  ingressOf,
  type IngressOptions,
  policyOf,
  type ServiceOptions,
  serviceOf,
} from './workloads.ts'

/** What one can do to a practice cluster. All of them throw a RangeError for a name that it does not have. */
export interface Verbs {
  deploy(options: DeployOptions): void
  service(options: ServiceOptions): void
  removeService(name: string): void
  /** Makes the Ingress, or puts another one in its place; and its IngressClass where there is none. */
  ingress(options: IngressOptions): void
  deletePod(name: string): void
  scale(deployment: string, replicas: number): void
  /** `kubectl rollout restart`. */
  rollout(deployment: string): void
  /** Sets the nodeSelector to this node. */
  pin(deployment: string, node: string): void
  cordon(node: string): void
  uncordon(node: string): void
  /** Cordons and evicts. */
  drain(node: string): void
  stopNode(node: string): Promise<void>
  startNode(node: string): Promise<void>
  /** Stops the node, and starts it again without its port bindings, as an engine that restarts may do. */
  restartWithoutBindings(node: string): Promise<void>
  /** Stops the node, and starts it again under an address that the cluster does not know it by. */
  restartUnderAnotherAddress(node: string): Promise<void>
  /** docker-proxy dies for each port of the node. */
  killProxies(node: string): Promise<void>
  breakPath(a: string, b: string, loss?: Loss): void
  healPath(a: string, b: string): void
  freezeKubeProxy(node: string): void
  thawKubeProxy(node: string): void
  freezeApplication(pod: string): void
  thawApplication(pod: string): void
  /** A NetworkPolicy over the pods of an app, which lets pods in, and those from outside too where that is asked for. */
  policy(options: { name: string; app: string; outsiders?: boolean }): void
  /** The pod network enforces NetworkPolicies from now on. */
  enforcePolicies(): void
}

export function createVerbs(world: {
  context: ControlContext
  nodes: ReadonlyMap<string, PracticeNode>
  terrain: Terrain
  lifecycle: NodeLifecycle
  paths: BrokenPaths
  /** One that no node has. */
  spareAddress(node: string): string
  /** Something that decides about traffic has changed. */
  onChange(): void
}): Verbs {
  const { nodes, terrain, lifecycle, paths, spareAddress, onChange } = world
  const { store, clock } = world.context
  let services = 0

  const nodeNamed = (node: string): PracticeNode => nodes.get(node) ?? missing('node', node)
  const podNamed = (pod: string): Pod =>
    store.list('pods').find((one) => one.metadata.name === pod) ?? missing('pod', pod)
  const updateDeployment = (name: string, change: (copy: Deployment) => void) => {
    const found = store.list('deployments').find((one) => one.metadata.name === name) ?? missing('deployment', name)
    store.update('deployments', found.metadata.namespace ?? '', name, change)
  }
  const setUnschedulable = (node: string, wanted: boolean) => {
    store.update('nodes', '', nodeNamed(node).name, (copy) => {
      if (wanted) copy.spec.unschedulable = true
      else delete copy.spec.unschedulable
    })
  }
  const toApplication = (pod: string, what: 'freeze' | 'thaw') => {
    const application = terrain.running(podNamed(pod).metadata.uid) ?? missing('running pod', pod)
    application[what]()
    nodeNamed(application.node).kubelet.probe(application)
    onChange()
  }

  const stopNode = async (node: string) => {
    await nodeNamed(node).powerOff()
    lifecycle.silent(node)
  }

  return {
    deploy: (options) => void (store.create('deployments', deploymentOf(options)) ?? taken('deployment', options.name)),
    service(options) {
      services += 1
      const draft = serviceOf(options, `10.96.${services >> 8}.${services & 255}`)
      if (store.create('services', draft) === null) taken('service', options.name)
    },
    removeService(name) {
      const found = store.list('services').find(({ metadata }) => metadata.name === name) ?? missing('service', name)
      store.remove('services', found.metadata.namespace ?? '', name)
      onChange()
    },
    ingress(options) {
      const { className, name } = options
      store.create('ingressclasses', { metadata: { name: className }, spec: { controller: 'portolan.dev/practice' } })
      const draft = ingressOf(options)
      if (store.create('ingresses', draft) !== null) return
      store.update('ingresses', 'default', name, (copy) => {
        copy.spec = draft.spec
      })
    },
    deletePod: (pod) => deleteObject(store, 'pods', podNamed(pod), clock.now()),
    scale: (deployment, replicas) =>
      updateDeployment(deployment, (copy) => {
        copy.spec.replicas = replicas
      }),
    rollout: (deployment) =>
      updateDeployment(deployment, ({ spec: { template } }) => {
        const restartedAt = new Date(clock.now()).toISOString()
        const { annotations } = template.metadata
        template.metadata.annotations = { ...annotations, 'kubectl.kubernetes.io/restartedAt': restartedAt }
      }),
    pin: (deployment, node) =>
      updateDeployment(deployment, ({ spec: { template } }) => {
        template.spec.nodeSelector = { 'kubernetes.io/hostname': nodeNamed(node).name }
      }),
    cordon: (node) => setUnschedulable(node, true),
    uncordon: (node) => setUnschedulable(node, false),
    drain(node) {
      setUnschedulable(node, true)
      for (const pod of store.list('pods')) {
        if (pod.spec.nodeName === node) deleteObject(store, 'pods', pod, clock.now(), { disruption: EVICTION })
      }
    },
    stopNode,
    startNode: (node) => nodeNamed(node).powerOn(),
    async restartWithoutBindings(node) {
      await stopNode(node)
      await nodeNamed(node).powerOn({ loses: 'bindings' })
    },
    async restartUnderAnotherAddress(node) {
      await stopNode(node)
      await nodeNamed(node).powerOn({ address: spareAddress(node) })
    },
    killProxies: (node) => nodeNamed(node).killProxies(),
    breakPath(a, b, loss = 'all') {
      paths.break(nodeNamed(a).name, nodeNamed(b).name, loss)
      onChange()
    },
    healPath(a, b) {
      paths.heal(nodeNamed(a).name, nodeNamed(b).name)
      onChange()
    },
    freezeKubeProxy: (node) => nodeNamed(node).kubeProxy.freeze(),
    thawKubeProxy: (node) => nodeNamed(node).kubeProxy.thaw(),
    freezeApplication: (pod) => toApplication(pod, 'freeze'),
    thawApplication: (pod) => toApplication(pod, 'thaw'),
    policy(options) {
      if (store.create('networkpolicies', policyOf(options)) === null) taken('NetworkPolicy', options.name)
      onChange()
    },
    enforcePolicies() {
      store.create('daemonsets', { metadata: { name: ENFORCER, namespace: 'kube-system' } })
      onChange()
    },
  }
}

function missing(what: string, name: string): never {
  throw new RangeError(`the practice cluster has no ${what} ${name}`)
}

function taken(what: string, name: string): never {
  throw new RangeError(`the practice cluster has a ${what} ${name} already`)
}
