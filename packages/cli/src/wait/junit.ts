import { isRoute, printable, withoutKind } from '@portolan/core'
import { PLAIN } from '../render/style.ts'
import { reasonLines } from './text.ts'
import { standingOf, type Waited } from './waited-port.ts'

/** One test case a port or route, failed with its cause where it does not answer. */
export function renderJunit(ports: readonly Waited[], waitedMs: number, now: number): string {
  const failures = ports.filter((port) => !port.answers).length
  const counts = attributes({ tests: ports.length, failures, errors: 0, time: seconds(waitedMs) })
  const cases = ports.map((port) => caseOf(port, waitedMs, now))
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites ${counts}>
  <testsuite name="portolan wait" ${counts}>
${cases.join('\n')}
  </testsuite>
</testsuites>
`
}

function caseOf(port: Waited, waitedMs: number, now: number): string {
  const { target, incident, answeredAfterMs } = port
  const name = `${isRoute(target.id) ? 'route' : 'port'} ${withoutKind(target.id)} answers`
  const head = attributes({ classname: target.cluster, name, time: seconds(answeredAfterMs ?? waitedMs) })
  if (port.answers) return `    <testcase ${head}/>`
  const failure = attributes({
    type: incident?.cause ?? 'unproven',
    message: incident?.summary ?? standingOf(target),
  })
  const lines = reasonLines(port, { now, width: 120, style: PLAIN, several: true })
  return `    <testcase ${head}>\n      <failure ${failure}>${escape(lines.join('\n'))}</failure>\n    </testcase>`
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}

function attributes(values: Record<string, string | number>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escape(printable(String(value)))}"`)
    .join(' ')
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Characters that XML 1.0 has no way to write become the replacement character. */
function escape(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll(/[&<>"]/g, (one) => ENTITIES[one] ?? one)
}
