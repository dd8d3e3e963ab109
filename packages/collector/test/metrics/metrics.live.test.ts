import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { IncidentChange } from '@portolan/core'
import { createMetrics } from '@portolan/runtime'
import { createRecordedLog } from '@portolan/testing'
import { type RunningCollector, startCollector } from '../running-collector.ts'

let one: RunningCollector
beforeEach(async () => {
  one = await startCollector()
  one.take(...one.story.found())
})
afterEach(() => one.collector.stop())

const PORT = 'cluster="dev",target="host:30080"'
const SEEN = 'cluster="dev",vantage="host/loopback4",target="host:30080"'

describe('metrics', () => {
  test('counters are there at 0 before anything happened', async () => {
    expect(await one.metric(/^portolan_probe_attempts_total.*loopback4.*silent/)).toEqual([
      `portolan_probe_attempts_total{${SEEN},symptom="silent"} 0`,
    ])
    expect(await one.metric(/^portolan_incidents_(open|total).*etp_local/)).toEqual(
      ['portolan_incidents_open{cause="etp_local"} 0', 'portolan_incidents_total{cause="etp_local"} 0'].sort(),
    )
    expect(await one.metric(/^portolan_pod_moves_total.*rescheduled/)).toEqual([
      'portolan_pod_moves_total{cluster="dev",namespace="web",workload="Deployment/traefik",kind="rescheduled"} 0',
    ])
  })

  test('a port that nobody has probed yet has no target_up', async () => {
    expect(await one.metric(/^portolan_target_up\{/)).toEqual([])
  })

  test('a run of equal outcomes counts as many as it stands for', async () => {
    one.take(one.story.probed('ok', { run: { count: 3, until: one.clock.now(), durationsMs: [1, 2, 30] } }))
    expect(await one.metric(/^portolan_probe_attempts_total.*loopback4.*"ok"/)).toEqual([
      `portolan_probe_attempts_total{${SEEN},symptom="ok"} 3`,
    ])
    expect(await one.metric(/^portolan_probe_duration_seconds_(count|bucket\{le="0.0025")/)).toEqual([
      `portolan_probe_duration_seconds_bucket{le="0.0025",${SEEN},result="success"} 2`,
      `portolan_probe_duration_seconds_count{${SEEN},result="success"} 3`,
    ])
  })

  test("the monitor's own trouble is counted, and says nothing of the port", async () => {
    one.take(one.story.probed('local_error'))
    expect(await one.metric(/^portolan_target_up\{/)).toEqual([])
    expect(await one.metric(/^portolan_probe_duration_seconds_count/)).toEqual([])
    expect(await one.metric(/^portolan_probe_attempts_total.*loopback4.*local_error/)).toEqual([
      `portolan_probe_attempts_total{${SEEN},symptom="local_error"} 1`,
    ])
  })

  test('the story in numbers', async () => {
    one.take(one.story.probed('ok'))
    expect(await one.metric(/^portolan_target_(up|expected_up|incident|flapping|planned)\{/)).toEqual([
      `portolan_target_up{${SEEN}} 1`,
      `portolan_target_planned{${PORT}} 0`,
      `portolan_target_flapping{${PORT}} 0`,
      `portolan_target_expected_up{${PORT}} 1`,
    ])
    expect(await one.metric(/^portolan_target_dark_(since|probability)/)).toEqual([
      `portolan_target_dark_probability{${PORT}} 0.5`,
    ])
    expect(await one.metric(/^portolan_port_mapping_info/)).toEqual([
      `portolan_port_mapping_info{${PORT},host_port="30080",node="a",node_port="30080",namespace="web",service="traefik",traffic_policy="Local"} 1`,
    ])

    one.goDark()
    expect(await one.metric(/^portolan_target_(up|expected_up|incident)\{/)).toEqual([
      `portolan_target_up{${SEEN}} 0`,
      `portolan_target_incident{${PORT},node="a",cause="etp_local",confidence="proven"} 1`,
      `portolan_target_expected_up{${PORT}} 0`,
    ])
    expect(await one.metric(/^portolan_incidents.*etp_local/)).toEqual([
      'portolan_incidents_open{cause="etp_local"} 1',
      'portolan_incidents_total{cause="etp_local"} 1',
    ])
    expect(await one.metric(/^portolan_pod_moves_total.* 1$/)).toEqual([
      'portolan_pod_moves_total{cluster="dev",namespace="web",workload="Deployment/traefik",kind="rescheduled"} 1',
    ])
    expect(await one.metric(/^portolan_target_transitions_total/)).toEqual([
      `portolan_target_transitions_total{${PORT}} 1`,
    ])
  })

  test('dark seconds end at the first probe that was answered again, however often they were counted before', async () => {
    one.goDark()
    await one.metric(/./)
    one.clock.advance(10_000)
    await one.metric(/./)
    one.comeBack()
    const [change] = one.changes.filter(({ type }) => type === 'incident.closed')
    const { darkSince, darkUntil } = (change as IncidentChange).incident
    const counted = await one.metric(/^portolan_target_unreachable_seconds_total/)
    const seconds = counted.map((line) => Number(line.split(' ').at(-1))).reduce((sum, one) => sum + one, 0)
    expect(seconds).toBeCloseTo(((darkUntil ?? 0) - darkSince) / 1000)
  })

  test('series go with their target', async () => {
    one.take(one.story.probed('ok'))
    expect(await one.metric(/host:30080/)).not.toEqual([])
    one.take(one.story.fact('engine', { kind: 'containers', containers: [] }))
    expect(await one.metric(/host:30080/)).toEqual([])
  })

  test('beyond the budget of series durations are summed up, which is told once; what says how the port is stays', async () => {
    one.take(one.story.probed('ok'))
    const needed = (await one.metric(/^portolan/)).length
    await one.collector.stop()
    const log = createRecordedLog()
    one = await startCollector({ log, metrics: createMetrics(needed - 1) })
    one.take(...one.story.found(), one.story.probed('ok'))
    await one.metric(/./)
    one.take(one.story.probed('ok'))
    expect(await one.metric(/^portolan_probe_duration_seconds_count/)).toEqual([
      'portolan_probe_duration_seconds_count{cluster="dev",vantage="host/loopback4",target="other",result="success"} 1',
    ])
    expect(await one.metric(/^portolan_target_up/)).toEqual([`portolan_target_up{${SEEN}} 1`])
    const [dropped = ''] = await one.metric(/^portolan_series_dropped/)
    expect(Number(dropped.split(' ')[1])).toBeGreaterThanOrEqual(15)
    expect(log.messages.filter((message) => message.includes('budget'))).toHaveLength(1)
  })

  test('in OpenMetrics the detection delay leads to the incident, and counters keep their names', async () => {
    one.goDark()
    const [change] = one.changes.filter(({ type }) => type === 'incident.opened')
    const { id } = (change as IncidentChange).incident
    const { body, headers } = await one.get('/metrics', { accept: 'application/openmetrics-text; version=1.0.0' })
    expect(headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8')
    expect(headers.get('vary')).toContain('Accept')
    expect(body).toMatch(/\n# EOF\n$/)
    expect(body).toContain('\n# TYPE portolan_incidents counter\n')
    expect(body).toContain('\nportolan_incidents_total{cause="etp_local"} 1\n')
    expect(body).toMatch(
      new RegExp(
        `^portolan_detection_delay_seconds_bucket\\{le="[^"]+"\\} 1 # \\{incident_id="${id}"\\} [\\d.]+ [\\d.]+$`,
        'm',
      ),
    )
    const plain = await one.get('/metrics')
    expect(plain.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(plain.body).toContain('\n# TYPE portolan_incidents_total counter\n')
    expect(plain.body).not.toContain('incident_id')
  })

  test('says what runs here', async () => {
    expect(await one.metric(/^portolan_build_info/)).toEqual([
      expect.stringMatching(/^portolan_build_info\{version="\d.*",node_version="\d.*"\} 1$/),
    ])
  })
})
