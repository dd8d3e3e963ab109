import { writeFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { temporaryFolder } from '@portolan/testing'
import { createFaults } from '../src/settings.ts'
import { readWebhook, type WebhookFlags } from '../src/webhook.ts'

const path = temporaryFolder()
const KEY = 'a-key-that-is-long-enough'
const SECRET = 'https://hooks.example/T0/B0/very-secret'

function file(name: string, text: string): string {
  writeFileSync(path(name), text)
  return path(name)
}

function read(flags: WebhookFlags, env: NodeJS.ProcessEnv = {}) {
  const faults = createFaults()
  const webhook = readWebhook(flags, env, faults)
  faults.check('watch')
  return webhook
}

describe('a webhook', () => {
  test('is none where no address is named', () => expect(read({})).toBeNull())

  test('comes from files, which are read anew for each request', () => {
    const [webhookUrlFile, webhookKeyFile] = [file('url', `${SECRET}\n`), file('key', `${KEY}\n`)]
    const webhook = read({ webhookUrlFile, webhookKeyFile })
    expect(webhook?.read()).toEqual({ url: new URL(SECRET), key: KEY })
    file('url', 'http://receiver.ops.svc:8080/')
    expect(webhook?.read().url.host).toBe('receiver.ops.svc:8080')
  })

  test('comes from the environment where no file is named', () => {
    const env = { PORTOLAN_WEBHOOK_URL: SECRET, PORTOLAN_WEBHOOK_KEY: KEY }
    expect(read({}, env)?.read()).toEqual({ url: new URL(SECRET), key: KEY })
  })

  test('of Slack has no key', () => {
    expect(read({ webhookForm: 'slack' }, { PORTOLAN_WEBHOOK_URL: SECRET })?.read().key).toBeNull()
  })

  test.each<[string, WebhookFlags, NodeJS.ProcessEnv, string]>([
    ['without a key', {}, { PORTOLAN_WEBHOOK_URL: SECRET }, 'the webhook has no key'],
    [
      'with a key that can be guessed',
      {},
      { PORTOLAN_WEBHOOK_URL: SECRET, PORTOLAN_WEBHOOK_KEY: 'short' },
      'has no key',
    ],
    [
      'of another scheme',
      {},
      { PORTOLAN_WEBHOOK_URL: 'file:///very-secret', PORTOLAN_WEBHOOK_KEY: KEY },
      'holds no address',
    ],
    ['of Slack without TLS', { webhookForm: 'slack' }, { PORTOLAN_WEBHOOK_URL: 'http://very-secret/' }, 'https://'],
    ['in a file that is not there', { webhookUrlFile: '/nowhere/url' }, {}, '/nowhere/url cannot be read (ENOENT)'],
    ['of another form', { webhookForm: 'teams' }, {}, '--webhook-form is "teams", expected json or slack'],
    ['with a key alone', { webhookKeyFile: '/nowhere/key' }, {}, 'has no use without --webhook-url-file'],
  ])('%s is refused, and its address is not shown', (_, flags, env, words) => {
    expect(() => read(flags, env)).toThrow(words)
    expect(() => read(flags, env)).toThrow(/^(?!.*very-secret)/)
  })
})
