import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildAll } from '../build/build-all.ts'

/** The CPU and memory that the built program takes to start and to check files, as ratios to a Node that does nothing. */
const TIMES = 15
const MAPPED = 30_080

const folder = mkdtempSync(join(tmpdir(), 'portolan-bench-'))
const program = join(folder, 'dist/portolan.mjs')
await buildAll(join(folder, 'dist'), { maps: false })
const write = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

const kindConfig = (mappings: number) => `kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
  - role: control-plane
  - role: worker
    extraPortMappings:
${Array.from({ length: mappings }, (_, index) => `      - {containerPort: ${MAPPED + index}, hostPort: ${10_000 + index}}\n`).join('')}  - role: worker
  - role: worker
`
const service = (app: string, type: string) => `apiVersion: v1
kind: Service
metadata: {name: ${app}}
spec:
  ${type}
  selector:
    app: ${app}
  ports:
    - port: 80
`
const exposed = (app: string, nodePort: number) =>
  `${service(app, 'type: NodePort\n  externalTrafficPolicy: Local')}      nodePort: ${nodePort}\n`
const deployment = (app: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${app}}
spec:
  selector: {matchLabels: {app: ${app}}}
  template:
    metadata:
      labels:
        app: ${app}
    spec:
      containers:
        - name: web
          image: web
`
const many = (count: number, make: (app: string, index: number) => string[]) =>
  Array.from({ length: count }, (_, index) => make(`app-${index}`, index)).flat()
const small = [exposed('web', MAPPED), deployment('web')]
const others = many(499, (app) => [service(app, 'type: ClusterIP'), deployment(app)])

const oneMapping = write('kind.yaml', kindConfig(1))
const check = (config: string, name: string, documents: string[]) => [
  program,
  'check',
  '--kind',
  config,
  write(name, documents.join('---\n')),
]
const COMMANDS = {
  bare: [write('bare.mjs', '')],
  help: [program, '--help'],
  small: check(oneMapping, 'small.yaml', small),
  thousand: check(oneMapping, 'thousand.yaml', [...small, ...others]),
  mapped: check(
    write('kind-1000.yaml', kindConfig(1000)),
    'mapped.yaml',
    many(1000, (app, index) => [exposed(app, MAPPED + index), deployment(app)]),
  ),
}

interface Took {
  cpuMs: number
  megabytes: number
}

/** Its own count, when it ends: what the system has of it afterwards is not for us to see. */
const COUNT = `data:text/javascript,process.on('exit',()=>process.stderr.write('\\ntook '+JSON.stringify([process.cpuUsage(),process.resourceUsage().maxRSS])))`

function measure(words: readonly string[]): Took {
  const { stderr, status } = spawnSync(process.execPath, ['--import', COUNT, ...words], {
    env: { HOME: folder, PATH: process.env.PATH },
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  if (status === null || status > 1) throw new Error(`${words.join(' ')} ended with ${status}: ${stderr}`)
  const [{ user, system }, kilobytes] = JSON.parse(stderr.split('\ntook ').at(-1) ?? '') as [NodeJS.CpuUsage, number]
  return { cpuMs: (user + system) / 1000, megabytes: kilobytes / 1024 }
}

type Name = keyof typeof COMMANDS
const names = Object.keys(COMMANDS) as Name[]
const took = new Map<Name, Took[]>(names.map((name) => [name, []]))
for (const name of names) measure(COMMANDS[name]) // Node keeps what it compiles
for (let time = 0; time < TIMES; time += 1) for (const name of names) took.get(name)?.push(measure(COMMANDS[name]))
rmSync(folder, { recursive: true })

const least = (name: Name, part: keyof Took) => Math.min(...(took.get(name) ?? []).map((one) => one[part]))

function report(what: string, value: number, unit: string, goal: number): void {
  const isReached = value <= goal
  console.log(`${what}: ${value.toFixed(2)}${unit} (goal ${goal}: ${isReached ? 'reached' : 'missed'})`)
  if (!isReached) process.exitCode = 1
}

for (const name of names)
  console.log(`${name}: ${least(name, 'cpuMs').toFixed()} ms of CPU, ${least(name, 'megabytes').toFixed()} MB`)
const ratio = (one: Name, other: Name) => least(one, 'cpuMs') / least(other, 'cpuMs')
report('--help, of bare Node', ratio('help', 'bare'), '', 1.6)
report('--help', least('help', 'megabytes'), ' MB', 60)
report('check of a small file, of bare Node', ratio('small', 'bare'), '', 4)
report('check of 1,000 documents, of a small file', ratio('thousand', 'small'), '', 2)
console.log(`check of 1,000 mappings and Services: ${(least('mapped', 'cpuMs') / 1000).toFixed(1)} s of CPU`)
