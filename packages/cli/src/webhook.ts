import { readFileSync } from 'node:fs'
import type { Webhook } from '@portolan/collector'
import { PortolanError } from '@portolan/core'
import type { Command } from 'commander'
import { isKey, readKeyFile } from './page-key.ts'
import type { Faults } from './settings.ts'

export interface WebhookFlags {
  webhookUrlFile?: string
  webhookKeyFile?: string
  webhookForm?: string
}

const URL_VARIABLE = 'PORTOLAN_WEBHOOK_URL'
const KEY_VARIABLE = 'PORTOLAN_WEBHOOK_KEY'
const LONGEST_URL = 2048

/** Neither the address nor the key can be given as an option: every user of a machine can read those. */
export function addWebhookOptions(command: Command): Command {
  return command
    .option('--webhook-url-file <file>', `a file with the address that incidents are sent to (or $${URL_VARIABLE})`)
    .option('--webhook-key-file <file>', `a file with the key that signs these messages (or $${KEY_VARIABLE})`)
    .option('--webhook-form <form>', 'json, signed (see docs/schema/notification.json), or slack', 'json')
}

/** null where no webhook is set; what is wrong goes to the faults. */
export function readWebhook(flags: WebhookFlags, env: NodeJS.ProcessEnv, faults: Faults): Webhook | null {
  const { webhookForm: form = 'json', webhookUrlFile: urlFile, webhookKeyFile: keyFile } = flags
  if (form !== 'json' && form !== 'slack') {
    faults.add(`--webhook-form is "${form}", expected json or slack`)
    return null
  }
  const hasUrl = urlFile !== undefined || (env[URL_VARIABLE] ?? '') !== ''
  if (!hasUrl) {
    if (keyFile !== undefined) faults.add('--webhook-key-file has no use without --webhook-url-file')
    return null
  }
  const read = () => ({
    url: urlIn(
      urlFile === undefined ? (env[URL_VARIABLE] ?? '') : textOf(urlFile),
      form,
      urlFile ?? `$${URL_VARIABLE}`,
    ),
    key:
      form === 'slack'
        ? null
        : keyFile === undefined
          ? keyIn(env[KEY_VARIABLE])
          : readKeyFile(keyFile, '--webhook-key-file'),
  })
  try {
    read()
  } catch (error) {
    if (!(error instanceof PortolanError)) throw error
    faults.add(error.message)
  }
  return { form, read }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error)
    throw new PortolanError(
      'config_invalid',
      `the address in ${file} cannot be read (${why})`,
      'see --webhook-url-file',
      error,
    )
  }
}

/** The address may be a secret: no message says what it is. */
function urlIn(text: string, form: Webhook['form'], place: string): URL {
  const url = text.trim().length <= LONGEST_URL ? URL.parse(text.trim()) : null
  const schemes = form === 'slack' ? ['https:'] : ['https:', 'http:']
  if (url !== null && schemes.includes(url.protocol) && url.hash === '') return url
  const expected = form === 'slack' ? 'an address with https://' : 'an address with https:// or http://'
  throw new PortolanError('config_invalid', `${place} holds no address of a webhook: expected ${expected}`, '')
}

function keyIn(text = ''): string {
  if (isKey(text.trim())) return text.trim()
  const what = `the webhook has no key: name a file by --webhook-key-file, or set $${KEY_VARIABLE}, of 16 to 1024 characters`
  throw new PortolanError('config_invalid', what, 'make one: openssl rand -base64 24')
}
