import { commandText, PAGE_AUDIENCE, PortolanError } from '@portolan/core'
import type { KubeClient } from '@portolan/kube'
import { openSession } from '../page-session.ts'

/** As long as a session may last. */
const VALID_SECONDS = 12 * 60 * 60

/**
 * Opens a session with a token that the user's own credentials ask the API server for.
 *
 * @param place.address the page, by a way that verifies whom it leads to
 * @returns the session, or why there is none, with what brings one
 */
export async function openOwnSession(
  client: Pick<KubeClient, 'requestToken'>,
  place: { address: string; namespace: string; context: string; account: string },
): Promise<{ session: string } | { session: null; why: string }> {
  const { address, namespace, context, account } = place
  try {
    const { token } = await client.requestToken(namespace, account, PAGE_AUDIENCE, VALID_SECONDS)
    const session = await openSession(address, token)
    return session === null ? without(`the collector does not accept a token of ${account}`) : { session }
  } catch (error) {
    return without(error instanceof PortolanError ? error.message : String(error))
  }

  function without(reason: string): { session: null; why: string } {
    const words = ['create', 'token', account, `--audience=${PAGE_AUDIENCE}`]
    const command = commandText(['kubectl', `--context=${context}`, `--namespace=${namespace}`, ...words])
    const why = `You have no session: ${reason}
  A session needs the right to create serviceaccounts/token of ${account}. If the page asks for a key, give it what this command prints:\n  ${command}`
    return { session: null, why }
  }
}
