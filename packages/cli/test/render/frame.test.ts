import { describe, expect, test } from '@jest/globals'
import { type FrameView, frameLines } from '../../src/render/frame.ts'
import { rowsOf } from '../../src/render/screen.ts'
import { PLAIN } from '../../src/render/style.ts'
import { darkTarget, incident, NOON, target } from '../views.ts'

const PATCH = incident().remedies[0]?.command ?? ''

function frame(width: number, more: Partial<FrameView> = {}, height = 40): string[] {
  const view: FrameView = {
    heading: 'sea since 11:00:00  http://127.0.0.1:9464',
    above: [],
    targets: [darkTarget(30080), target(30081)],
    several: false,
    notices: [],
    incident: incident(),
    explain: (port) => `portolan explain ${port}`,
    ...more,
  }
  const lines = frameLines(view, { now: NOON, width, height, style: PLAIN })
  return lines.map((line) => line.replaceAll(/(went dark at |^ {2})\d\d:\d\d:\d\d/g, '$1HH:MM:SS'))
}

describe('the live table', () => {
  test('at 80 columns', () => {
    expect(frame(80)).toEqual([
      'sea since 11:00:00  http://127.0.0.1:9464',
      '',
      '  PORT   SERVICE  STATE  ANSWERED      MAPPED TO  PODS ON  CAUSE      SINCE',
      '✗ 30080  web      down   83 % of 120   worker     worker2  etp_local  12 s',
      '✓ 30081  web      up     100 % of 120  worker     worker              2 min',
      '',
      '30080 has been dark for 12 s: No pod on the mapped node (externalTrafficPolicy:',
      'Local) [etp_local, proven]',
      '  It went dark at HH:MM:SS, 400 ms after Deployment default/web moved from',
      '  sea-worker to sea-worker2 (drain of sea-worker).',
      '  Service default/web has externalTrafficPolicy Local and its only pod is on',
      '  sea-worker2, but the port is mapped to sea-worker, which drops the packets.',
      '  Seen: host/loopback4 127.0.0.1:30080: silent.',
      '  Fix: Let every node forward. Trade-off: the client address is hidden.',
      PATCH,
      '  Or: Keep the pods on sea-worker.',
      '  Other fix and evidence: portolan explain 30080',
      '  HH:MM:SS   Ctrl-C to quit',
    ])
  })

  test('at 120 columns', () => {
    expect(frame(120)).toEqual([
      'sea since 11:00:00  http://127.0.0.1:9464',
      '',
      '  PORT   SERVICE  STATE  ANSWERED      MAPPED TO  PODS ON  CAUSE      SINCE',
      '✗ 30080  web      down   83 % of 120   worker     worker2  etp_local  12 s',
      '✓ 30081  web      up     100 % of 120  worker     worker              2 min',
      '',
      '30080 has been dark for 12 s: No pod on the mapped node (externalTrafficPolicy: Local) [etp_local, proven]',
      '  It went dark at HH:MM:SS, 400 ms after Deployment default/web moved from sea-worker to sea-worker2 (drain of',
      '  sea-worker).',
      '  Service default/web has externalTrafficPolicy Local and its only pod is on sea-worker2, but the port is mapped to',
      '  sea-worker, which drops the packets.',
      '  Seen: host/loopback4 127.0.0.1:30080: silent.',
      '  Fix: Let every node forward. Trade-off: the client address is hidden.',
      PATCH,
      '  Or: Keep the pods on sea-worker.',
      '  Other fix and evidence: portolan explain 30080',
      '  HH:MM:SS   Ctrl-C to quit',
    ])
  })

  test('a notice wraps, the command that belongs to it does not', () => {
    const command = `docker start ${'sea-worker '.repeat(12).trim()}`
    const lines = frame(80, {
      incident: null,
      notices: [{ text: 'All nodes of sea are stopped. '.repeat(4), command }],
    })
    expect(lines).toContain(command)
    for (const line of lines) if (line !== command) expect(line.length).toBeLessThanOrEqual(80)
  })

  test('where no port is mapped it says what is missing', () => {
    expect(frame(80, { targets: [], incident: null }).join('\n')).toContain('kind: extraPortMappings')
  })

  test('on a short terminal the title, the trigger and the first command to paste stay, and the rest leaves', () => {
    const lines = frame(80, { above: ['a line above'], notices: [{ text: 'a notice' }] }, 16)
    const text = lines.join('\n')
    expect(text).toContain('30080 has been dark')
    expect(text).toContain('moved from')
    expect(lines).toContain(PATCH)
    for (const left of ['Seen:', 'a line above', 'Or:']) expect(text).not.toContain(left)
  })

  test('on a short terminal many ports and many moves since then do not push the command to paste off the screen', () => {
    const later = ['b', 'c', 'd', 'e'].map((node) => ({
      at: NOON - 5000,
      text: `Deployment default/web moved to ${node}`,
    }))
    const command = `${PATCH} --kubeconfig=/tmp/a-folder-whose-name-is-as-long-as-that-of-a-demo/kubeconfig`
    const told = incident({ later, remedies: [{ text: 'Let every node forward. '.repeat(6), command }] })
    const targets = Array.from({ length: 50 }, (_, index) => target(30_000 + index))
    const lines = frame(80, { incident: told, targets }, 24)
    const text = lines.join('\n')
    expect(text.indexOf('30080 has been dark')).toBeLessThan(text.indexOf('moved from'))
    expect(text.indexOf('moved from')).toBeLessThan(text.indexOf('Fix: '))
    expect(lines).toContain(command)
    expect(lines.reduce((rows, line) => rows + rowsOf(line, 80), 0)).toBeLessThan(24)
    expect(frame(80, { incident: told }, 40).join('\n')).toContain('  Then: Deployment default/web moved to b at ')
  })

  test('while no port is dark it says how to ask about one', () => {
    expect(frame(80, { incident: null, targets: [target(30081)] }).join('\n')).toContain(
      'in another terminal: portolan explain PORT',
    )
  })

  test('more ports than rows leave room for the incident', () => {
    const lines = frame(80, { targets: Array.from({ length: 50 }, (_, index) => target(30_000 + index)) }, 24)
    expect(lines.filter((line) => line.startsWith('✓'))).toHaveLength(7)
    expect(lines).toContain(PATCH)
  })
})
