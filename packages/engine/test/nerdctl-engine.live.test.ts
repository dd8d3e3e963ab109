import { appendFileSync, chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { Observation } from '@portolan/core'
import { realClock as clock, silentLog as log } from '@portolan/testing'
import { createEngineWatch, type EngineWatch } from '../src/index.ts'
import { createRecorder, inspected } from './builders.ts'

/** A `nerdctl` that answers from files: `ps` lists, `NAME.json` is inspected, `events` follows `events`. */
const SCRIPT = `#!/bin/sh
cd "$(dirname "$0")"
case "$1" in
  info) echo '{"ServerVersion":"2.1.6","OperatingSystem":"Debian GNU/Linux 12"}' ;;
  ps) cat ps ;;
  inspect) cat "$2.json" 2>/dev/null || { echo "no such object $2" >&2; exit 1; } ;;
  events) exec tail -n +1 -f events ;;
esac
`

let folder: string
let watch: EngineWatch
let told: ReturnType<typeof createRecorder<Observation>>

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-nerdctl-'))
  writeFileSync(join(folder, 'nerdctl'), SCRIPT)
  chmodSync(join(folder, 'nerdctl'), 0o755)
  writeFileSync(join(folder, 'events'), '')
  writeFileSync(join(folder, 'ps'), '{"ID":"id-sea-worker","Names":"sea-worker"}\n{"ID":"id-gone","Names":"gone"}\n')
  inspect('running')
  told = createRecorder<Observation>()
  watch = createEngineWatch({
    env: { KIND_EXPERIMENTAL_PROVIDER: 'nerdctl', PATH: `${folder}:${process.env['PATH']}` },
    clock,
    log,
    onObservation: (_, observed) => told.add(observed),
    onClusters: () => {},
    onRefused: () => {},
  })
})
afterEach(async () => {
  await watch.stop()
  rmSync(folder, { recursive: true })
})

function inspect(Status: string): void {
  writeFileSync(join(folder, 'id-sea-worker.json'), JSON.stringify([inspected('sea-worker', { State: { Status } })]))
}

test('nodes are found by the command, and followed by its events', async () => {
  await watch.start()
  expect(told.items).toMatchObject([
    { kind: 'engine', engine: { kind: 'nerdctl', version: '2.1.6', endpoint: 'nerdctl' } },
    { kind: 'containers', containers: [{ name: 'sea-worker', state: 'running' }] },
  ])
  inspect('exited')
  const exit = JSON.stringify({ container_id: 'id-sea-worker', id: 'id-sea-worker', exit_status: 137 })
  const event = { Timestamp: '2026-11-25T12:00:00Z', Topic: '/tasks/exit', Event: exit }
  appendFileSync(join(folder, 'events'), `${JSON.stringify(event)}\n\n`)
  await told.next((one) => one.kind === 'containers' && one.containers[0]?.state === 'exited')
  expect(told.items).toContainEqual({ kind: 'container', name: 'sea-worker', action: 'die', exitCode: 137 })
})

test('a command that is missing is no engine', async () => {
  rmSync(join(folder, 'nerdctl'))
  await expect(watch.start()).rejects.toMatchObject({
    code: 'engine_not_found',
    message: 'No container engine was found. Tried:\n  nerdctl  was not found',
  })
})
