import * as z from 'zod'
import { type AskObject, refusedWith } from './ask.ts'

const endpoint = z.object({
  conditions: z.object({ ready: z.boolean().nullish(), terminating: z.boolean().nullish() }).nullish(),
  targetRef: z.object({ kind: z.string().optional(), name: z.string() }).nullish(),
})
const slices = z.object({ items: z.array(z.object({ endpoints: z.array(endpoint).nullish() })) })

/** A pod behind a Service: one that is ready, else one that may become so; null where there is none. @throws as KubeClient */
export async function findServicePod(
  ask: AskObject,
  context: string,
  namespace: string,
  service: string,
): Promise<string | null> {
  const query = new URLSearchParams({ labelSelector: `kubernetes.io/service-name=${service}` })
  const path = `/apis/discovery.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/endpointslices?${query.toString()}`
  const { object, refusal } = await ask(slices, 'GET', path)
  if (refusal !== null) throw refusedWith(refusal, context)
  const pods = object.items.flatMap(({ endpoints }) =>
    (endpoints ?? []).flatMap(({ conditions, targetRef }) => {
      const isPod = targetRef?.kind === 'Pod' && conditions?.terminating !== true
      return isPod ? [{ name: targetRef.name, isReady: conditions?.ready !== false }] : []
    }),
  )
  return (pods.find(({ isReady }) => isReady) ?? pods[0])?.name ?? null
}
