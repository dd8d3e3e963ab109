import { CAUSES } from '@portolan/core'
import * as z from 'zod'
import { remedyDocument } from './incident.ts'

const checkRemedy = remedyDocument.extend({
  diff: z.string().exactOptional().meta({ description: "a unified diff of the user's own files" }),
})

const file = z.string().nullable().meta({ description: '`-` for standard input; null where it is in no file' })
const line = z.int().nullable()

const drainDocument = z.object({
  answersNow: z.boolean().meta({ description: 'a pod answers there now, going by the objects' }),
  darkUntil: z
    .enum(['ready', 'mended'])
    .nullable()
    .meta({ description: 'dark until a new pod is ready, or until somebody mends it; null: not dark, or not known' }),
  darkSeconds: z
    .number()
    .nullable()
    .meta({ description: 'how long such a pod took to become ready; null where it lasts, or is not known' }),
})

const checkPort = z.object({
  cluster: z.string(),
  hostPort: z.int().nullable().meta({ description: 'null: no host port leads there; 0: the engine picks one' }),
  listenAddress: z.string().nullable(),
  protocol: z.enum(['tcp', 'udp']),
  node: z.string().nullable().meta({ description: 'the node that the port is mapped to' }),
  containerPort: z.int().nullable().meta({ description: 'the NodePort or host port on the node' }),
  service: z.string().nullable().meta({ description: 'namespace/name' }),
  verdict: z.enum(['always_dark', 'may_go_dark', 'fine', 'unknown']),
  darkProbability: z.number().min(0).max(1).nullable(),
  cause: z.enum(CAUSES).nullable(),
  summary: z.string().meta({ description: 'one sentence' }),
  mappedNodes: z.array(z.string()),
  eligibleNodes: z.array(z.string()).meta({ description: 'where the pods that answer may land' }),
  assumption: z.string().nullable(),
  remedies: z.array(checkRemedy),
  drain: drainDocument.exactOptional().meta({ description: 'with --drain alone' }),
  file,
  line,
})

export const checkDocument = z.object({
  clusters: z.array(z.object({ name: z.string(), nodes: z.array(z.string()) })),
  ports: z.array(checkPort),
  warnings: z.array(
    z.object({
      cause: z.enum(CAUSES),
      text: z.string(),
      cluster: z.string(),
      hostPort: z.int().nullable().meta({ description: 'the host port that it concerns' }),
      remedies: z.array(checkRemedy),
      file,
      line,
    }),
  ),
  problems: z.array(z.object({ file: z.string(), line: z.int(), message: z.string() })),
  notes: z
    .array(z.object({ text: z.string(), file, line }))
    .meta({ description: 'what a reader should know that is no finding: it never changes the exit code' }),
})

export type CheckDocument = z.infer<typeof checkDocument>
export type CheckedPort = z.infer<typeof checkPort>
export type CheckWarning = CheckDocument['warnings'][number]
export type CheckNote = CheckDocument['notes'][number]
export type CheckRemedy = z.infer<typeof checkRemedy>
