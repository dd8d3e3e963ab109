import { post, requestFor, type Webhook } from '@portolan/collector'
import { EXIT, type ExitCode, printable } from '@portolan/core'
import type { Command } from 'commander'
import type { End } from '../end.ts'
import { createFaults } from '../settings.ts'
import { addWebhookOptions, readWebhook, type WebhookFlags } from '../webhook.ts'

export function defineNotify(command: Command, end: End): void {
  addWebhookOptions(command)
    .option('--test', 'send one test message, and print whether the receiver accepted it (required)')
    .action(async (flags: WebhookFlags & { test?: boolean }) => end(await notify(flags, process.env)))
}

async function notify(flags: WebhookFlags & { test?: boolean }, env: NodeJS.ProcessEnv): Promise<ExitCode> {
  const faults = createFaults()
  if (flags.test !== true) faults.add('--test is required: watch and collector send the real incidents themselves')
  const webhook = readWebhook(flags, env, faults)
  if (webhook === null) faults.add('no webhook is named: --webhook-url-file FILE')
  faults.check('notify')
  if (webhook === null) return EXIT.usage
  const { isTaken, text } = await sendTest(webhook, Date.now())
  process.stdout.write(`${printable(text)}\n`)
  return isTaken ? EXIT.fine : EXIT.fault
}

async function sendTest({ form, read }: Webhook, at: number): Promise<{ isTaken: boolean; text: string }> {
  const { url, key } = read()
  const message = {
    type: 'test',
    at,
    cluster: 'none',
    target: 'none',
    times: 1,
    incident: null,
    darkProbability: null,
  } as const
  const summary = 'This is a test: incidents of ports are reported here'
  const request = requestFor(form, [{ ...message, summary }], { at, leftOut: 0, key })
  try {
    const { status } = await post(url, { ...request, signal: new AbortController().signal })
    const isTaken = status >= 200 && status < 300
    return { isTaken, text: `${url.hostname} ${isTaken ? 'accepted' : 'did not accept'} the message (HTTP ${status}).` }
  } catch (error) {
    return {
      isTaken: false,
      text: `The webhook cannot be reached: ${Error.isError(error) ? error.message : String(error)}`,
    }
  }
}
