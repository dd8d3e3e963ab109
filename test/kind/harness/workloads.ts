import { NODE_PORTS } from './make-cluster.ts'

/**
 * The program that answers HTTP on 8080 and leaves at once when told to. A node image of our own making has one image
 * preloaded; anywhere else a public one of the Kubernetes project does.
 */
export const PROGRAM =
  process.env['KIND_NODE_IMAGE'] === undefined
    ? {
        image: 'registry.k8s.io/e2e-test-images/agnhost:2.53',
        args: ['netexec', '--http-port=8080'],
        process: 'agnhost',
      }
    : {
        image: 'docker.io/portolan/debian:bookworm',
        command: ['perl', '-MIO::Socket::INET', '-e', answeringScript()],
        process: 'perl',
      }

/** One process a connection: who says nothing holds up nobody. */
function answeringScript(): string {
  return String.raw`
$SIG{TERM} = sub { exit 0 };
$SIG{CHLD} = 'IGNORE';
my $server = IO::Socket::INET->new(LocalPort => 8080, Listen => 128, ReuseAddr => 1) or die;
while (1) {
  my $client = $server->accept or next;
  next if fork;
  while (<$client>) { last if /^\r?$/ }
  print $client "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n";
  exit 0;
}`
}

const { process: _, ...container } = PROGRAM
const labels = { app: 'app' }

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'app' },
  spec: {
    replicas: 1,
    selector: { matchLabels: labels },
    strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
    template: {
      metadata: { labels },
      spec: {
        terminationGracePeriodSeconds: 2,
        containers: [
          {
            name: 'app',
            ...container,
            imagePullPolicy: 'IfNotPresent',
            ports: [{ containerPort: 8080, hostPort: NODE_PORTS.hostPort }],
            readinessProbe: {
              httpGet: { port: 8080, path: '/' },
              periodSeconds: 1,
              timeoutSeconds: 1,
              failureThreshold: 6,
            },
          },
        ],
      },
    },
  },
}

const service = (name: 'local' | 'cluster', externalTrafficPolicy: 'Local' | 'Cluster') => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: {
    type: 'NodePort',
    externalTrafficPolicy,
    selector: labels,
    ports: [{ port: 80, targetPort: 8080, nodePort: NODE_PORTS[name] }],
  },
})

/** Brings the image onto every node, so that no move waits for a registry. */
const preload = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'preload' },
  spec: {
    selector: { matchLabels: { app: 'preload' } },
    template: {
      metadata: { labels: { app: 'preload' } },
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [{ name: 'app', ...container, imagePullPolicy: 'IfNotPresent' }],
      },
    },
  },
}

const list = (items: object[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items })

/** One replica behind a NodePort of either policy and with a host port; and what makes its image known everywhere. */
export const STORY = list([deployment, service('local', 'Local'), service('cluster', 'Cluster')])
export const PRELOAD = list([preload])
