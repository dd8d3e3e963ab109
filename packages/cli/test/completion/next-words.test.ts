import { expect, test } from '@jest/globals'
import { Command, Option } from 'commander'
import { nextWords } from '../../src/completion/next-words.ts'

const explain = new Command('explain').argument('<port>').option('--json').option('--state <folder>')
const wait = new Command('wait')
  .argument('[ports...]')
  .addOption(new Option('-o, --output <form>').choices(['text', 'json']))
const replay = new Command('replay').argument('<file>')
const note = new Command('note').argument('<text>').option('--port <port>')

const COMMANDS = [explain, wait, replay, note]

const next = (...words: string[]) =>
  nextWords(words, {
    commands: COMMANDS.map((one) => one.name()),
    load: async (name) => COMMANDS.find((one) => one.name() === name) ?? null,
    ports: async () => ['30080', '30081', 'shop.localhost/', '$(touch x)', 'a b', '*', '\u001b[2J'],
  })

test.each<[string, string[], string[]]>([
  ['nothing: the commands', [''], ['explain', 'wait', 'replay', 'note', 'help']],
  ['the begin of a command', ['re'], ['replay']],
  ['help: the commands', ['help', 'e'], ['explain']],
  ['a command without a port: the ports and routes', ['explain', ''], ['30080', '30081', 'shop.localhost/']],
  ['the begin of a port', ['explain', '30081'], ['30081']],
  ['a port, where one is taken', ['explain', '30080', ''], []],
  ['a port, where many are', ['wait', '30080', ''], ['30080', '30081', 'shop.localhost/']],
  ['the begin of an option', ['explain', '--j'], ['--json']],
  ['an option that takes one of some words', ['wait', '--output', ''], ['text', 'json']],
  ['the same by its letter', ['wait', '-o', 'j'], ['json']],
  ['an option that takes a port: the ports', ['note', 'a text', '--port', '300'], ['30080', '30081']],
  ['an option that takes a folder: a file may follow', ['explain', '--state', ''], []],
  ['an option with its value: the port', ['explain', '--state', 'here', '300'], ['30080', '30081']],
  ['a command that takes a file', ['replay', ''], []],
  ['no command of Portolan', ['nothing', ''], []],
])('after %s', async (_, words, expected) => {
  expect(await next(...words)).toEqual(expected)
})
