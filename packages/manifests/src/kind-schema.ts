import * as z from 'zod/mini'
import { PlainScalar } from './dialect.ts'

/** kind takes any scalar for a text, as it is written. An empty one is as good as absent, here and everywhere below. */
const text = z.pipe(
  z.nullish(
    z.union(
      [
        z.string(),
        z.pipe(
          z.instanceof(PlainScalar),
          z.transform(({ source }) => source),
        ),
      ],
      { error: 'expected a text' },
    ),
  ),
  z.transform((value) => value ?? ''),
)

const integer = (least: number, most: number, what = `expected a number from ${least} to ${most}`) =>
  z.pipe(
    z.nullish(z.instanceof(PlainScalar, { error: 'expected a number, without quotes' })),
    z.transform((scalar, { issues }) => {
      const value = scalar?.value ?? 0
      if (typeof value === 'number' && value >= least && value <= most) return Math.trunc(value)
      issues.push({ code: 'custom', input: value, message: what })
      return z.NEVER
    }),
  )

const TRUTHS: Record<string, boolean> = Object.fromEntries([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON'].map((word) => [word, true]),
  ...['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF'].map((word) => [word, false]),
])

const flag = z.pipe(
  z.optional(z.unknown()),
  z.transform((given, { issues }) => {
    const value =
      given instanceof PlainScalar ? given.value : typeof given === 'string' ? TRUTHS[given] : (given ?? false)
    if (typeof value === 'boolean') return value
    issues.push({ code: 'custom', input: given, message: 'expected true or false' })
    return z.NEVER
  }),
)

const choice = <const T extends string>(values: readonly T[], absent: T, fold = (value: string) => value) =>
  z.pipe(
    text,
    z.transform((value, { issues }) => {
      const wanted = value === '' ? absent : fold(value)
      const found = values.find((one) => one === wanted)
      if (found !== undefined) return found
      const options = values.map((one) => `"${one}"`).join(', ')
      issues.push({ code: 'custom', input: value, message: `Invalid option: expected one of ${options}` })
      return z.NEVER
    }),
  )

/** kind passes over items without a value, and yet they count where a place is named by its number. */
const list = <T extends z.ZodMiniType>(item: T) =>
  z.pipe(
    z.nullish(z.array(z.nullable(item))),
    z.transform((items) => items ?? []),
  )

const table = <T extends z.ZodMiniType>(value: T) =>
  z.pipe(
    z.nullish(z.record(z.string(), value)),
    z.transform((entries) => entries ?? {}),
  )

const portMapping = z.strictObject({
  containerPort: integer(1, 65535),
  /** 0: kind picks one when it creates the cluster; -1: the engine picks one at each start. */
  hostPort: integer(-1, 65535),
  listenAddress: text,
  protocol: choice(['TCP', 'UDP', 'SCTP'], 'TCP', (value) => value.toUpperCase()),
})

const mount = z.lazy(() =>
  z.strictObject({
    containerPath: text,
    hostPath: text,
    readOnly: flag,
    selinuxRelabel: flag,
    propagation: choice(['None', 'HostToContainer', 'Bidirectional'], 'None'),
  }),
)

const texts = list(text)
const jsonPatches = list(
  z.lazy(() =>
    z.strictObject({
      group: text,
      version: text,
      kind: text,
      /** YAML or JSON: a list of operations. */
      patch: text,
    }),
  ),
)

const node = z.strictObject({
  role: choice(['control-plane', 'worker'], 'control-plane'),
  image: text,
  labels: table(text),
  extraMounts: list(mount),
  extraPortMappings: list(portMapping),
  kubeadmConfigPatches: texts,
  kubeadmConfigPatchesJSON6902: jsonPatches,
})

const networking = z.strictObject({
  ipFamily: choice(['ipv4', 'ipv6', 'dual'], 'ipv4'),
  apiServerPort: integer(-1, 65535),
  apiServerAddress: text,
  podSubnet: text,
  serviceSubnet: text,
  disableDefaultCNI: flag,
  kubeProxyMode: choice(['iptables', 'ipvs', 'nftables', 'none'], 'iptables'),
  dnsSearch: texts,
})

/** Source: kind, pkg/apis/config/v1alpha4 and pkg/internal/apis/config/validate.go; kind refuses unknown fields as well. */
export const kindConfig = z.strictObject({
  kind: text.check(z.refine((kind) => kind === 'Cluster', { error: 'expected "Cluster"' })),
  apiVersion: text.check(
    z.refine((version) => version === 'kind.x-k8s.io/v1alpha4', { error: 'expected "kind.x-k8s.io/v1alpha4"' }),
  ),
  name: text,
  nodes: list(node),
  networking: z.pipe(
    z.nullish(networking),
    z.transform((given) => given ?? networking.parse({})),
  ),
  featureGates: table(flag),
  runtimeConfig: table(text),
  kubeadmConfigPatches: texts,
  kubeadmConfigPatchesJSON6902: jsonPatches,
  containerdConfigPatches: texts,
  containerdConfigPatchesJSON6902: texts,
})

export type KindConfig = z.output<typeof kindConfig>
export type KindNode = z.output<typeof node>
export type KindMapping = z.output<typeof portMapping>

/** A config without nodes makes one of these. */
export function loneNode(): KindNode {
  return node.parse({})
}
