import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '../../free-ports.ts'
import { attempt, run } from './shell.ts'

/** An image with nginx; what makes a node image of our own makes this one as well, without the stream module. */
const IMAGE = process.env['KIND_NODE_IMAGE'] === undefined ? 'nginx:stable' : 'portolan/edge:bookworm'
const LACKS_STREAM = IMAGE.startsWith('portolan/')

/** k3d's balancer in front of the nodes of a kind cluster: its labels, its file, and an nginx that is written from it. */
export interface Serverlb extends AsyncDisposable {
  name: string
  /** The host ports, in the order of the node ports. */
  hostPorts: readonly number[]
  /** Leads each of its ports to these nodes from now on, as `k3d node create` does. */
  lead(nodes: readonly string[]): Promise<void>
}

export async function startServerlb(
  cluster: string,
  nodePorts: readonly number[],
  nodes: readonly string[],
): Promise<Serverlb> {
  const name = `k3d-${cluster}-serverlb`
  const folder = mkdtempSync(join(tmpdir(), 'portolan-serverlb-'))
  const hostPorts = await freePorts(nodePorts.length)
  const published = nodePorts.flatMap((port, index) => ['--publish', `127.0.0.1:${hostPorts[index]}:${port}`])
  const labels = { app: 'k3d', 'k3d.cluster': cluster, 'k3d.role': 'loadbalancer' }
  const labelled = Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`])
  const create = ['docker', 'create', '--name', name, '--network', 'kind', ...labelled, ...published, IMAGE]
  await run(create.concat('nginx', '-g', 'daemon off;'))

  async function write(led: readonly string[]): Promise<void> {
    const confd = join(folder, 'confd')
    rmSync(confd, { recursive: true, force: true })
    const ports = Object.fromEntries(nodePorts.map((port) => [`${port}.tcp`, led]))
    const values = JSON.stringify({ ports, settings: { workerConnections: 1024 } })
    writeFileSync(join(folder, 'values.yaml'), values)
    writeFileSync(join(folder, 'nginx.conf'), configuration(nodePorts, led))
    await run(['docker', 'cp', join(folder, 'nginx.conf'), `${name}:/etc/nginx/nginx.conf`])
    await run(['sh', '-c', TO_CONFD, 'sh', join(folder, 'values.yaml'), name])
  }

  if (LACKS_STREAM) await run(['sh', '-c', WITH_STREAM, 'sh', folder, name])
  await write(nodes)
  await run(['docker', 'start', name])
  return {
    name,
    hostPorts,
    async lead(led) {
      await write(led)
      await run(['docker', 'exec', name, 'nginx', '-s', 'reload'])
    },
    async [Symbol.asyncDispose]() {
      await attempt(['docker', 'rm', '--force', '--volumes', name])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A folder that the image has not: `docker cp` makes none, an archive does. */
const TO_CONFD = `mkdir -p "$1.d/etc/confd" && cp "$1" "$1.d/etc/confd/values.yaml" && tar -C "$1.d" -c etc/confd | docker cp - "$2:/"`

/** As k3d has it. Source: k3d, proxy/templates/nginx.tmpl. */
function configuration(ports: readonly number[], nodes: readonly string[]): string {
  const streams = ports.map((port) => {
    const servers = nodes.map((node) => `server ${node}:${port} max_fails=1 fail_timeout=10s;`).join(' ')
    return `upstream ${port}_tcp { ${servers} }
  server { listen ${port}; proxy_pass ${port}_tcp; proxy_timeout 600; proxy_connect_timeout 2s; }`
  })
  return `${MODULES}error_log stderr notice;
worker_processes auto;
events { multi_accept on; use epoll; worker_connections 1024; }
stream {
  ${streams.join('\n  ')}
}
`
}

/** The module that goes with Debian's nginx, out of its package. */
const MODULE = '/usr/lib/nginx/modules/ngx_stream_module.so'
const MODULES = LACKS_STREAM ? `load_module ${MODULE};\n` : ''
const WITH_STREAM = `cd "$1" && apt-get download -qq libnginx-mod-stream > /dev/null && dpkg-deb -x libnginx-mod-stream*.deb stream && docker cp "stream${MODULE}" "$2:${MODULE}"`
