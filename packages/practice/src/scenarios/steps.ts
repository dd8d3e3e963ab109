import { commandText } from '@portolan/core'
import type { PracticeCluster } from '../cluster.ts'
import type { IngressOptions, ServiceOptions } from '../workloads.ts'
import { nodeIn, type Step } from './scenario.ts'

/** Deletes a pod of the workload: the scheduler finds its successor a node. */
export function deletePod(app: string, pauseMs: number): Step {
  return {
    tell: (cluster) =>
      `${commandText(['kubectl', 'delete', 'pod', podOf(cluster, app).name])} (on ${podOf(cluster, app).node})`,
    act: async (cluster) => cluster.deletePod(podOf(cluster, app).name),
    pauseMs,
  }
}

/** Drains the node that a pod of the workload is on, and lets it be used again once the successor is ready. */
export function drainNode(app: string, pauseMs: number): Step {
  return {
    tell: (cluster) =>
      `${commandText(['kubectl', 'drain', podOf(cluster, app).node])} (where ${podOf(cluster, app).name} runs)`,
    async act(cluster, signal) {
      const { node } = podOf(cluster, app)
      cluster.drain(node)
      await cluster.settled(signal)
      cluster.uncordon(node)
    },
    pauseMs,
  }
}

/** Drains this node, wherever the pod of the workload is: afterwards it is elsewhere. */
export function drainAway(app: string, node: string, pauseMs: number): Step {
  return {
    tell: (cluster) =>
      `${commandText(['kubectl', 'drain', nodeIn(cluster, node)])} (${podOf(cluster, app).name} runs on ${podOf(cluster, app).node})`,
    async act(cluster, signal) {
      cluster.drain(nodeIn(cluster, node))
      await cluster.settled(signal)
      cluster.uncordon(nodeIn(cluster, node))
    },
    pauseMs,
  }
}

export function rollout(app: string, pauseMs: number): Step {
  return {
    tell: () => commandText(['kubectl', 'rollout', 'restart', 'deployment', app]),
    act: async (cluster) => cluster.rollout(app),
    pauseMs,
  }
}

/** Deletes the pod of the workload while only this node may take its successor. */
export function movePod(app: string, node: string, pauseMs: number): Step {
  return {
    tell: (cluster) => `move ${podOf(cluster, app).name} from ${podOf(cluster, app).node} to ${nodeIn(cluster, node)}`,
    async act(cluster, signal) {
      const others = cluster.nodes().filter(({ name }) => name !== nodeIn(cluster, node))
      for (const { name } of others) cluster.cordon(name)
      cluster.deletePod(podOf(cluster, app).name)
      await cluster.settled(signal)
      for (const { name } of others) cluster.uncordon(name)
    },
    pauseMs,
  }
}

export function stopNode(node: string, pauseMs: number): Step {
  return {
    tell: (cluster) => commandText(['docker', 'stop', nodeIn(cluster, node)]),
    act: (cluster) => cluster.stopNode(nodeIn(cluster, node)),
    pauseMs,
  }
}

export function startNode(node: string, pauseMs: number): Step {
  return {
    tell: (cluster) => commandText(['docker', 'start', nodeIn(cluster, node)]),
    act: (cluster) => cluster.startNode(nodeIn(cluster, node)),
    pauseMs,
  }
}

export function breakPath(a: string, b: string, pauseMs: number): Step {
  return {
    tell: (cluster) =>
      `drop all pod traffic between ${nodeIn(cluster, a)} and ${nodeIn(cluster, b)} (broken on purpose)`,
    act: async (cluster) => cluster.breakPath(nodeIn(cluster, a), nodeIn(cluster, b)),
    pauseMs,
  }
}

export function healPath(a: string, b: string, pauseMs: number): Step {
  return {
    tell: (cluster) => `repair the path between ${nodeIn(cluster, a)} and ${nodeIn(cluster, b)}`,
    act: async (cluster) => cluster.healPath(nodeIn(cluster, a), nodeIn(cluster, b)),
    pauseMs,
  }
}

export function removeService(name: string, pauseMs: number): Step {
  return {
    tell: () => commandText(['kubectl', 'delete', 'service', name]),
    act: async (cluster) => cluster.removeService(name),
    pauseMs,
  }
}

export function addService(options: ServiceOptions, pauseMs: number): Step {
  return {
    tell: () => commandText(['kubectl', 'create', 'service', 'clusterip', options.name]),
    act: async (cluster) => cluster.service(options),
    pauseMs,
  }
}

export function scale(deployment: string, replicas: number, pauseMs: number): Step {
  return {
    tell: () => commandText(['kubectl', 'scale', 'deployment', deployment, `--replicas=${replicas}`]),
    async act(cluster, signal) {
      cluster.scale(deployment, replicas)
      await cluster.settled(signal)
    },
    pauseMs,
  }
}

/** @param what it does to the Ingress, for people */
export function setIngress(options: IngressOptions, what: string, pauseMs: number): Step {
  return { tell: () => what, act: async (cluster) => cluster.ingress(options), pauseMs }
}

function podOf(cluster: PracticeCluster, app: string): { name: string; node: string } {
  const pods = cluster.pods(app)
  const pod = pods.find((one) => one.ready && !one.terminating) ?? pods.find((one) => !one.terminating)
  if (pod?.node == null) throw new RangeError(`no pod of ${app} is on a node`)
  return { name: pod.name, node: pod.node }
}
