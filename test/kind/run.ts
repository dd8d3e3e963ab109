import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deleteCluster, DNS_NODE_PORT, makeCluster, NODE_PORTS } from './harness/make-cluster.ts'
import { attempt, run } from './harness/shell.ts'

/**
 * Runs the tests on a real kind cluster: makes one, hands it to Jest, and deletes every cluster of the run, however it
 * ends. `--on NAME` takes a cluster of that make that is there already and leaves it; other words go to Jest. Without
 * Docker, kind or kubectl it says so and is done; PORTOLAN_KIND=required makes that a failure.
 */
const words = process.argv.slice(2)
const chosen = words[0] === '--on' ? words.splice(0, 2)[1] : undefined
const prefix = `portolan-test-${process.pid}`
const name = chosen ?? prefix
let jest: ChildProcess | null = null
let stopping = false

async function missing(): Promise<string[]> {
  const tools = { docker: ['version'], kind: ['version'], kubectl: ['version', '--client'] }
  const found = await Promise.all(
    Object.entries(tools).map(async ([tool, ask]) => {
      const answer = await attempt([tool, ...ask]).catch((error: NodeJS.ErrnoException) => ({
        code: -1,
        err: error.code === 'ENOENT' ? 'not installed' : error.message,
      }))
      return answer.code === 0 ? [] : [`${tool} (${answer.err.trim().split('\n').at(-1)})`]
    }),
  )
  return found.flat()
}

async function tests(kubeconfig: string): Promise<number> {
  if (chosen === undefined) {
    console.log(`Making the kind cluster ${name}: one control plane, three workers.`)
    const containerPorts = Object.values(NODE_PORTS)
    await makeCluster({ name, workers: 3, containerPorts, udpPorts: [DNS_NODE_PORT], kubeconfig })
  } else {
    await run(['kind', 'export', 'kubeconfig', '--name', name, '--kubeconfig', kubeconfig])
  }
  if (stopping) return 130
  const options = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning']
  const program = [...options, join(import.meta.dirname, '../../node_modules/jest/bin/jest.js')]
  const env = { ...process.env, KUBECONFIG: kubeconfig, PORTOLAN_TEST_CLUSTER: name, PORTOLAN_TEST_PREFIX: prefix }
  const config = ['--config', join(import.meta.dirname, 'jest.config.js')]
  jest = spawn(process.execPath, [...program, ...config, ...words], { stdio: 'inherit', env })
  const [code] = (await once(jest, 'close')) as [number | null]
  return code ?? 1
}

async function deleteClusters(kubeconfig: string): Promise<void> {
  const clusters = (await run(['kind', 'get', 'clusters'])).split('\n')
  for (const one of clusters.filter((cluster) => cluster.startsWith(prefix))) await deleteCluster(one, kubeconfig)
}

function stop(): void {
  stopping = true
  jest?.kill('SIGTERM')
}

async function main(): Promise<number> {
  const lacking = await missing()
  if (lacking.length > 0) {
    const isRequired = process.env['PORTOLAN_KIND'] === 'required'
    console.log(`${isRequired ? 'Failed' : 'Skipped'}: the tests on a real kind cluster need ${lacking.join(' and ')}.`)
    return isRequired ? 1 : 0
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  process.stdout.on('error', stop)
  const folder = mkdtempSync(join(tmpdir(), 'portolan-kind-'))
  const kubeconfig = join(folder, 'kubeconfig')
  try {
    const code = await tests(kubeconfig)
    return stopping ? 130 : code
  } finally {
    await deleteClusters(kubeconfig)
    rmSync(folder, { recursive: true, force: true })
  }
}

process.exitCode = await main()
