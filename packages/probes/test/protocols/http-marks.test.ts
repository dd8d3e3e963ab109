import { expect, test } from '@jest/globals'
import { dialogueFor } from '../../src/protocols/dialogues.ts'
import { speech } from '../builders.ts'

const dialogue = dialogueFor('http', speech({ marks: true, host: 'shop.localhost' }), '127.0.0.1', 80)
const http = (head: string, body: string) =>
  Buffer.from(`HTTP/1.1 ${head}\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
const answerTo = (head: string, body = 'page') => dialogue.judge(http(head, body), false)?.answer

test('an answer is recognised by its server and by the beginning of its page, of which nothing is kept', () => {
  const answer = answerTo('404 Not Found\r\nServer: nginx/1.22', 'no such page')
  expect(answer).toEqual({ server: 'nginx/1.22', body: expect.stringMatching(/^[0-9a-f]{16}$/) })
  expect(answerTo('404 Not Found\r\nServer: nginx/1.22', 'no such page')).toEqual(answer)
  expect(answerTo('404 Not Found\r\nServer: nginx/1.22', 'another page')).not.toEqual(answer)
})

test('the beginning of the page is waited for, however it comes in', () => {
  const whole = http('200 OK', 'x'.repeat(2000))
  expect(dialogue.judge(whole.subarray(0, 100), false)).toBeNull()
  expect(dialogue.judge(whole.subarray(0, 700), false)?.answer).toEqual(dialogue.judge(whole, false)?.answer)
})

test.each([
  ['Location: /login', '/login'],
  ['Location: /login?token=secret', undefined],
  ['Location: /\r\nSet-Cookie: seen=1', undefined],
])('%j redirects to %s', (fields, location) => expect(answerTo(`302 Found\r\n${fields}`)?.location).toBe(location))
