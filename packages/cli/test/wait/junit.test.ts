import { expect, test } from '@jest/globals'
import { renderJunit } from '../../src/wait/junit.ts'
import { darkTarget, incident, NOON, route, target } from '../views.ts'

test('a test case a port; what is no XML of its own is written so that it can be read', () => {
  const answering = { target: target(30080), answers: true, answeredAfterMs: 1500, isAgain: false, incident: null }
  const dark = {
    target: darkTarget(30081),
    answers: false,
    answeredAfterMs: null,
    isAgain: false,
    incident: incident({ summary: 'a "b" <c> & d\u0007' }),
  }
  const silent = { ...dark, target: target(30082, { state: 'unknown', note: 'it says nothing' }), incident: null }
  const behind = { ...answering, target: route('shop.localhost/') }
  const xml = renderJunit([answering, dark, silent, behind], 60_000, NOON)
  expect(xml).toContain('<testsuite name="portolan wait" tests="4" failures="2" errors="0" time="60.000">')
  expect(xml).toContain('<testcase classname="sea" name="port 30080 answers" time="1.500"/>')
  expect(xml).toContain('<testcase classname="sea" name="route 80/shop.localhost/ answers" time="1.500"/>')
  expect(xml).toContain('<failure type="etp_local" message="a &quot;b&quot; &lt;c&gt; &amp; d\uFFFD">')
  expect(xml).toContain('<failure type="unproven" message="it says nothing">')
})
