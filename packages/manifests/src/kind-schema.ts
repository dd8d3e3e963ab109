import { z } from 'zod'

const port = z.int().min(1).max(65535)

const portMapping = z.strictObject({
  containerPort: port,
  /** 0: kind picks one when it creates the cluster; -1: the engine picks one at each start. */
  hostPort: z.int().min(-1).max(65535).default(0),
  listenAddress: z.string().default(''),
  protocol: z.enum(['TCP', 'UDP', 'SCTP', 'tcp', 'udp', 'sctp']).default('TCP'),
})

const anything = z.unknown()
const patches = z.array(z.string()).nullish()
const jsonPatches = z
  .array(
    z.strictObject({
      group: z.string().optional(),
      version: z.string().optional(),
      kind: z.string().default(''),
      /** YAML or JSON: a list of operations. */
      patch: z.string().default(''),
    }),
  )
  .nullish()

const node = z.strictObject({
  role: z.enum(['control-plane', 'worker']).default('control-plane'),
  image: z.string().optional(),
  labels: z.record(z.string(), z.string()).nullish(),
  extraMounts: anything.optional(),
  extraPortMappings: z.array(portMapping).nullish(),
  kubeadmConfigPatches: patches,
  kubeadmConfigPatchesJSON6902: jsonPatches,
})

/** Source: kind, pkg/apis/config/v1alpha4; kind refuses unknown fields as well. */
export const kindConfig = z.strictObject({
  kind: z.literal('Cluster'),
  apiVersion: z.literal('kind.x-k8s.io/v1alpha4'),
  name: z.string().default('kind'),
  nodes: z.array(node).nullish(),
  networking: z
    .looseObject({
      ipFamily: z.enum(['ipv4', 'ipv6', 'dual']).nullish(),
      kubeProxyMode: z.enum(['iptables', 'nftables', 'ipvs', 'none']).nullish(),
      disableDefaultCNI: z.boolean().nullish(),
    })
    .nullish(),
  featureGates: anything.optional(),
  runtimeConfig: anything.optional(),
  kubeadmConfigPatches: patches,
  kubeadmConfigPatchesJSON6902: jsonPatches,
  containerdConfigPatches: anything.optional(),
  containerdConfigPatchesJSON6902: anything.optional(),
})

export type KindConfig = z.output<typeof kindConfig>
export type KindNode = z.output<typeof node>
