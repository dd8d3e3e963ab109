import type { PortName } from './make-cluster.ts'

/**
 * The program that answers HTTP on 8080 and leaves at once when told to. A node image of our own making has one image
 * preloaded; anywhere else a public one of the Kubernetes project does.
 */
export const PROGRAM =
  process.env['KIND_NODE_IMAGE'] === undefined
    ? {
        image: 'registry.k8s.io/e2e-test-images/agnhost:2.53',
        command: ['/agnhost', 'netexec', '--http-port=8080'],
        process: 'agnhost',
      }
    : {
        image: 'docker.io/portolan/debian:bookworm',
        command: ['perl', '-MIO::Socket::IP', '-e', answeringScript()],
        process: 'perl',
      }

/**
 * One process a connection: who says nothing holds up nobody. It answers with the pod's name; the environment may change
 * at which HOST and PORT it listens, and after how many seconds (DELAY).
 */
function answeringScript(): string {
  return String.raw`
$SIG{TERM} = sub { exit 0 };
$SIG{CHLD} = 'IGNORE';
sleep($ENV{DELAY} || 0);
my %at = (LocalPort => $ENV{PORT} || 8080, Listen => 128, ReuseAddr => 1, V6Only => 0);
my @hosts = $ENV{HOST} ? $ENV{HOST} : ("::", "0.0.0.0");
my ($server) = grep { $_ } map { IO::Socket::IP->new(LocalAddr => $_, %at) } @hosts or die;
my $body = "$ENV{HOSTNAME}\n";
my $head = "HTTP/1.1 200 OK\r\nContent-Length: " . length($body) . "\r\nConnection: close\r\n\r\n";
while (1) {
  my $client = $server->accept or next;
  next if fork;
  while (<$client>) { last if /^\r?$/ }
  print $client $head . $body;
  exit 0;
}`
}

/** As a container of a pod has it. */
export const { process: _, ...container } = PROGRAM
const labels = { app: 'app' }

const deployment = (hostPort: number) => ({
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
            ports: [{ containerPort: 8080, hostPort }],
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
})

const service = (name: 'local' | 'cluster', externalTrafficPolicy: 'Local' | 'Cluster', nodePort: number) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: {
    type: 'NodePort',
    externalTrafficPolicy,
    selector: labels,
    ports: [{ port: 80, targetPort: 8080, nodePort }],
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

/** One replica behind a NodePort of either policy and with a host port. */
export const storyOn = (ports: Record<PortName, number>) =>
  list([
    deployment(ports.hostPort),
    service('local', 'Local', ports.local),
    service('cluster', 'Cluster', ports.cluster),
  ])
export const PRELOAD = list([preload])
