import { createHmac } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import type { Notification } from '@portolan/core'
import { notificationDocument } from '@portolan/wire'
import { requestFor } from '../../src/notify/message.ts'
import { incident } from '../incident.ts'

const AT = 1_700_000_000_123
const opened: Notification = {
  type: 'incident.opened',
  at: AT - 5000,
  cluster: 'sea',
  target: 'host:30080',
  summary: 'host:30080 is dark: The pod sits on b, the port is mapped to a.',
  times: 1,
  incident: incident(),
  darkProbability: null,
}
const slackText = (notification: Notification, leftOut = 0) => {
  const { body } = requestFor('slack', [notification], { at: AT, leftOut, key: null })
  return (JSON.parse(body) as { blocks: { text: { text: string } }[] }).blocks.map(({ text }) => text.text)
}

describe('as JSON', () => {
  const { body, headers } = requestFor('json', [opened], { at: AT, leftOut: 2, key: 'a-key-of-the-tests' })

  test('it is the document of docs/schema', () => {
    const document = notificationDocument.parse(JSON.parse(body))
    expect(document).toMatchObject({
      leftOut: 2,
      events: [{ type: 'incident.opened', incident: { cause: 'etp_local' } }],
    })
  })

  test('it is signed over its time and its body', () => {
    const seconds = headers['x-portolan-timestamp']
    const code = createHmac('sha256', 'a-key-of-the-tests').update(`${seconds}.${body}`).digest('hex')
    expect(headers['x-portolan-signature']).toBe(`sha256=${code}`)
    expect(seconds).toBe('1700000000')
  })

  test('it is the same delivery when it is sent again, and another one with other messages', () => {
    const delivery = (notification: Notification, at: number) =>
      requestFor('json', [notification], { at, leftOut: 0, key: null }).headers['x-portolan-delivery']
    expect(delivery(opened, AT + 60_000)).toBe(headers['x-portolan-delivery'])
    expect(delivery({ ...opened, at: AT }, AT)).not.toBe(headers['x-portolan-delivery'])
  })
})

describe('for Slack', () => {
  test('it says what is dark, and the command that mends it', () => {
    expect(slackText(opened)).toEqual([
      ':red_circle: *sea*: host:30080 is dark: The pod sits on b, the port is mapped to a.\n' +
        'Fix: Let every node forward\n```kubectl --context=kind-sea --namespace=web patch service/web```',
    ])
  })

  test.each([2, 3])('a summary that has to be cut is cut between characters: Slack refuses half of one', (letters) => {
    const [text = ''] = slackText({ ...opened, summary: `${'a'.repeat(letters)}${'😀'.repeat(1900)}` })
    expect(text).toHaveLength(3000)
    expect(text.isWellFormed()).toBe(true)
  })

  test('nothing that a cluster says is a mention, a link, markup or another line', () => {
    const hostile = '<!channel> <@U1|x> @here *bold* `code`\n> quote <https://evil.example|docs> & more'
    const command = 'kubectl get ``` <!everyone>'
    const [text = ''] = slackText({
      ...opened,
      cluster: hostile,
      summary: hostile,
      incident: incident({ remedies: [{ text: hostile, command }] }),
    })
    expect(text).not.toMatch(/<|(?<!&[a-z]{2})>|&(?!amp;|lt;|gt;)|@(?!\u200b)/)
    expect(text.split('\n')).toHaveLength(2)
    expect(text).not.toContain('```')
  })

  test('a command that is too long is left out whole', () => {
    const [text = ''] = slackText({
      ...opened,
      incident: incident({ remedies: [{ text: 'Do', command: 'x'.repeat(3500) }] }),
    })
    expect(text).toBe(`:red_circle: *sea*: ${opened.summary}`)
  })

  test('it says how often, and what was left out', () => {
    expect(slackText({ ...opened, type: 'incident.closed', times: 3 }, 4)).toEqual([
      expect.stringContaining(' (3 times since the last message)'),
      '_4 older messages were not sent: too many waited for too long._',
    ])
  })

  test('it is not signed, and asks for no previews', () => {
    const { body, headers } = requestFor('slack', [opened], { at: AT, leftOut: 0, key: null })
    expect(Object.keys(headers)).not.toContain('x-portolan-signature')
    expect(JSON.parse(body)).toMatchObject({ unfurl_links: false, unfurl_media: false })
  })
})
