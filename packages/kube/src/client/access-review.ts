import * as z from 'zod'
import { type AskObject, refusedWith } from './ask.ts'
import type { TokenOwner } from './token.ts'

/** What somebody wants to do. It need not be a resource that the API server serves: roles grant any. */
export interface Action {
  group: string
  resource: string
  verb: string
  namespace: string
}

const accessReview = z.object({ status: z.object({ allowed: z.boolean() }) })

/** Whether the roles of the cluster let the owner of a token do that. @throws PortolanError as KubeClient */
export async function reviewAccess(
  ask: AskObject,
  context: string,
  { username, groups, extra }: TokenOwner,
  action: Action,
): Promise<boolean> {
  const { object, refusal } = await ask(accessReview, 'POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user: username, groups, extra, resourceAttributes: action },
  })
  if (refusal !== null) throw refusedWith(refusal, context)
  return object.status.allowed
}
