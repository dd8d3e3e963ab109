import * as z from 'zod/mini'

const text = z.pipe(
  z.nullish(z.union([z.string(), z.number(), z.boolean()])),
  z.transform((value) => (value == null ? '' : String(value))),
)
const count = (absent: number) =>
  z.pipe(
    z.nullish(z.int().check(z.minimum(0), z.maximum(1000))),
    z.transform((value) => value ?? absent),
  )
const list = <T extends z.ZodMiniType>(item: T) =>
  z.pipe(
    z.nullish(z.array(item)),
    z.transform((items) => items ?? []),
  )
const part = <T extends z.ZodMiniObject>(schema: T) =>
  z.pipe(
    z.nullish(schema),
    z.transform((given) => given ?? (schema.parse({}) as z.output<T>)),
  )
const nodeFilters = list(text)

/** Source: k3d, pkg/config/v1alpha5/types.go; older versions have the same fields, but for those that are said. */
export const k3dConfig = z.lazy(() =>
  z.object({
    kind: text.check(z.refine((kind) => kind.toLowerCase() === 'simple', { error: 'expected "Simple"' })),
    apiVersion: text.check(
      z.refine((version) => /^k3d\.io\/v1alpha[2-5]$/.test(version), {
        error: 'expected "k3d.io/v1alpha5", or v1alpha2 to v1alpha4',
      }),
    ),
    metadata: part(z.object({ name: text })),
    /** Up to v1alpha3. */
    name: text,
    servers: count(1),
    agents: count(0),
    kubeAPI: part(z.object({ hostIP: text, hostPort: text })),
    ports: list(z.object({ port: text, nodeFilters })),
    options: part(
      z.object({
        k3d: part(z.object({ disableLoadbalancer: z.nullish(z.boolean()) })),
        k3s: part(
          z.object({
            extraArgs: list(z.object({ arg: text, nodeFilters })),
            /** v1alpha2. */
            extraServerArgs: list(text),
            extraAgentArgs: list(text),
            nodeLabels: list(z.object({ label: text, nodeFilters })),
          }),
        ),
      }),
    ),
  }),
)

export type K3dConfig = z.output<typeof k3dConfig>
