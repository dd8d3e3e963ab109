import * as z from 'zod'
import { portMap } from './bindings.ts'

/** What `inspect` shows, as far as we read it; Podman and nerdctl leave some of it out. */
export const inspectedContainer = z.object({
  Id: z.string().min(1),
  Name: z.string().min(1),
  State: z
    .object({ Status: z.string().optional(), StartedAt: z.string().optional(), Error: z.string().optional() })
    .optional(),
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).optional(),
  HostConfig: z.object({ PortBindings: portMap.nullish() }).optional(),
  NetworkSettings: z
    .object({
      Ports: portMap.nullish(),
      Networks: z
        .record(
          z.string(),
          z.object({ IPAddress: z.string().optional(), GlobalIPv6Address: z.string().optional() }).nullable(),
        )
        .nullish(),
    })
    .optional(),
})

export type InspectedContainer = z.infer<typeof inspectedContainer>
