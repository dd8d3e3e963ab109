import { CAUSES } from '@portolan/core'
import * as z from 'zod'
import { targetState } from './change.ts'
import { hopDocument, routeHopDocument } from './explanation.ts'
import { evidenceDocument, incidentDocument, remedyDocument } from './incident.ts'
import { seconds, timestamp } from './time.ts'

const considered = z.array(z.object({ cause: z.enum(CAUSES), because: z.string() }))

/** What `portolan why PORT --output json` prints: all that it takes to act on one port, or on a route behind one. */
export const whyDocument = z.object({
  port: z
    .string()
    .meta({ description: 'CLUSTER/PORT, of a route CLUSTER/PORT/HOST/PATH: a name by which every command knows it' }),
  cluster: z.string(),
  target: z.string(),
  node: z
    .string()
    .nullable()
    .meta({ description: 'the node that the port is mapped to; null of a route that is well' }),
  service: z.string().nullable().meta({ description: 'namespace/name' }),
  workload: z.string().nullable().meta({ description: 'Kind/namespace/name' }),
  state: targetState,
  since: timestamp,
  stateSeconds: seconds.meta({ description: 'for how long it has been so' }),
  summary: z.string().meta({ description: 'one sentence: how the port is, and why' }),
  verdict: z
    .object({
      cause: z.enum(CAUSES),
      title: z.string().meta({ description: 'the cause in one sentence' }),
      confidence: incidentDocument.shape.confidence,
      candidates: incidentDocument.shape.candidates,
      summary: z.string().meta({ description: 'one sentence: the cause in this cluster' }),
      onset: z.string().meta({ description: 'when it went dark, and after what' }),
    })
    .nullable()
    .meta({ description: 'why it does not answer; null while it does, and until that is known' }),
  brokenHop: z
    .union([hopDocument, routeHopDocument])
    .nullable()
    .meta({ description: 'where the path from the client to the application ends' }),
  evidence: z.array(evidenceDocument),
  ruledOut: considered.meta({ description: 'causes that do not fit, each with the reason' }),
  notChecked: considered.meta({ description: 'causes that could not be checked, each with what was missing' }),
  fixes: z.array(remedyDocument).meta({ description: 'the best first; of an unproven verdict: what to look at next' }),
  atRisk: z
    .object({
      darkProbability: z.number().min(0).max(1),
      summary: z.string(),
      fixes: z.array(remedyDocument),
    })
    .nullable()
    .meta({ description: 'of a port that answers: the next reschedule of its pods may end that' }),
  notes: z.array(z.string()).meta({ description: 'what a reader should know beside the verdict' }),
  verify: z.object({ text: z.string(), command: z.string() }).meta({ description: 'how to see that a fix works' }),
  source: z.object({
    kind: z
      .enum(['watch', 'demo', 'page', 'store', 'own'])
      .meta({ description: 'who saw it; own: the command itself; store: a watch that does not run now' }),
    page: z.string().nullable(),
    at: timestamp.meta({ description: 'as of when' }),
  }),
})

export type WhyDocument = z.infer<typeof whyDocument>
