import { describe, expect, test } from '@jest/globals'
import { type FrameView, frameLines } from '../../src/render/frame.ts'
import { PLAIN } from '../../src/render/style.ts'
import { darkTarget, incident, NOON, target } from '../views.ts'

const PATCH = incident().remedies[0]?.command ?? ''

function frame(width: number, more: Partial<FrameView> = {}, height = 40): string[] {
  const view: FrameView = {
    heading:
      'Watching cluster sea from lan, loopback4. Kubernetes API: context kind-sea of ~/.kube/config. Kept in /s.',
    above: [],
    targets: [darkTarget(30080), target(30081)],
    several: false,
    notices: [],
    incident: incident(),
    footer: '12:00:00   Ctrl-C to quit',
    ...more,
  }
  const lines = frameLines(view, { now: NOON, width, height, style: PLAIN })
  return lines.map((line) => line.replaceAll(/went dark at \d\d:\d\d:\d\d/g, 'went dark at HH:MM:SS'))
}

describe('the live table', () => {
  test('at 80 columns', () => {
    expect(frame(80)).toEqual([
      'Watching cluster sea from lan, loopback4. Kubernetes API: context kind-sea of',
      '~/.kube/config. Kept in /s.',
      '',
      '  PORT   STATE  ANSWERED  MAPPED TO  PODS ON  CAUSE      SINCE',
      '✗ 30080  down   100/120   worker     worker2  etp_local  12 s',
      '✓ 30081  up     120/120   worker     worker              2 min',
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
      '  12:00:00   Ctrl-C to quit',
    ])
  })

  test('at 120 columns', () => {
    expect(frame(120)).toEqual([
      'Watching cluster sea from lan, loopback4. Kubernetes API: context kind-sea of ~/.kube/config. Kept in /s.',
      '',
      '  PORT   STATE  ANSWERED  MAPPED TO  PODS ON  CAUSE      SINCE',
      '✗ 30080  down   100/120   worker     worker2  etp_local  12 s',
      '✓ 30081  up     120/120   worker     worker              2 min',
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
      '  12:00:00   Ctrl-C to quit',
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

  test('on a short terminal what was seen leaves before the command to paste', () => {
    const lines = frame(80, {}, 16)
    expect(lines.slice(0, 14)).toContain(PATCH)
    expect(lines.join('\n')).not.toContain('Seen:')
  })

  test('more ports than rows leave room for the incident', () => {
    const lines = frame(80, { targets: Array.from({ length: 50 }, (_, index) => target(30_000 + index)) }, 24)
    expect(lines.filter((line) => line.startsWith('✓'))).toHaveLength(7)
    expect(lines).toContain(PATCH)
  })
})
