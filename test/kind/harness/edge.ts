/**
 * A small edge proxy with an application behind it, and the Ingresses that say so. It knows its hosts from the beginning and
 * looks their Services up at each request, so that nothing of it restarts when one of those changes.
 */

/** Perl is in any image of Debian; a node image of our own making has one preloaded. */
const IMAGE =
  process.env['KIND_NODE_IMAGE'] === undefined
    ? 'registry.k8s.io/e2e-test-images/nginx:1.14-4'
    : 'docker.io/portolan/debian:bookworm'

/** One process a connection. 404 for a host that it does not know, 503 where no Service is, 502 where nobody answers. */
const PROXY = String.raw`
$SIG{TERM} = sub { exit 0 };
$SIG{CHLD} = 'IGNORE';
my %routes = map { split /=/, $_, 2 } split /,/, $ENV{ROUTES};
my $server = IO::Socket::INET->new(LocalPort => 8080, Listen => 128, ReuseAddr => 1) or die;
sub answer { my ($client, $status) = @_; my $body = "$status by the edge\n";
  print $client "HTTP/1.1 $status Edge\r\nServer: edge\r\nContent-Length: " . length($body) . "\r\nConnection: close\r\n\r\n$body"; exit 0 }
while (1) {
  my $client = $server->accept or next;
  next if fork;
  my ($asked, $host) = ('', '');
  while (<$client>) { $asked .= $_; $host = $1 if /^host:\s*([^:\s]+)/i; last if /^\r?$/ }
  my $to = $routes{$host} or answer($client, 404);
  my ($name, $port) = split /:/, $to;
  answer($client, 503) unless gethostbyname($name);
  my $backend = IO::Socket::INET->new(PeerAddr => $name, PeerPort => $port, Timeout => 1) or answer($client, 502);
  print $backend $asked;
  print $client $_ while <$backend>;
  exit 0;
}`

const APPLICATION = String.raw`
$SIG{TERM} = sub { exit 0 };
my $server = IO::Socket::INET->new(LocalPort => 8080, Listen => 128, ReuseAddr => 1) or die;
while (1) {
  my $client = $server->accept or next;
  while (<$client>) { last if /^\r?$/ }
  print $client "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nshop\n";
  close $client;
}`

/** It takes the place of a controller for both kinds of objects. */
const EDGE = { 'app.kubernetes.io/name': 'ingress-nginx', 'gateway.networking.k8s.io/gateway-name': 'front' }
const SHOP = { app: 'shop' }

const deployment = (name: string, labels: object, script: string, more: object = {}, env: object[] = []) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas: 1,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [
          {
            name: 'app',
            image: IMAGE,
            imagePullPolicy: 'IfNotPresent',
            command: ['perl', '-MIO::Socket::INET', '-e', script],
            env,
            ports: [{ containerPort: 8080 }],
            readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
          },
        ],
        ...more,
      },
    },
  },
})

const ingress = (name: string, ingressClassName: string, host: string, port: number) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name },
  spec: {
    ingressClassName,
    rules: [
      {
        host,
        http: {
          paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'shop', port: { number: port } } } }],
        },
      },
    ],
  },
})

export const SHOP_SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'shop' },
  spec: { selector: SHOP, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
}

export const pinEdgeTo = (node: string) =>
  JSON.stringify({ spec: { template: { spec: { nodeSelector: { 'kubernetes.io/hostname': node } } } } })

/** Routes shop (well), port (a port that its Service does not have) and typo (a class that is none). */
export const edgeOn = (nodePort: number, node: string) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: [
      deployment('edge', EDGE, PROXY, { nodeSelector: { 'kubernetes.io/hostname': node } }, [
        { name: 'ROUTES', value: 'shop.localhost=shop:80,port.localhost=nobody:8888,gate.localhost=shop:80' },
      ]),
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'edge' },
        spec: {
          type: 'NodePort',
          externalTrafficPolicy: 'Local',
          selector: EDGE,
          ports: [{ name: 'http', port: 80, targetPort: 8080, nodePort }],
        },
      },
      deployment('shop', SHOP, APPLICATION),
      SHOP_SERVICE,
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'IngressClass',
        metadata: { name: 'portolan-edge' },
        spec: { controller: 'k8s.io/ingress-nginx' },
      },
      ingress('shop', 'portolan-edge', 'shop.localhost', 80),
      ingress('port', 'portolan-edge', 'port.localhost', 8888),
      ingress('typo', 'portolan-egde', 'typo.localhost', 80),
    ],
  })

const GATEWAY_API = 'gateway.networking.k8s.io'

/** As much of the Gateway API as a cluster needs to keep its objects: any field is taken. */
const definition = (kind: string, plural: string, scope: 'Namespaced' | 'Cluster') => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {
    name: `${plural}.${GATEWAY_API}`,
    annotations: { 'api-approved.kubernetes.io': 'unapproved, for a test' },
  },
  spec: {
    group: GATEWAY_API,
    scope,
    names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
})

export const GATEWAY_DEFINITIONS = [
  definition('Gateway', 'gateways', 'Namespaced'),
  definition('GatewayClass', 'gatewayclasses', 'Cluster'),
  definition('HTTPRoute', 'httproutes', 'Namespaced'),
]

const httpRoute = (name: string) => ({
  apiVersion: `${GATEWAY_API}/v1`,
  kind: 'HTTPRoute',
  metadata: { name },
  spec: {
    parentRefs: [{ name: 'front' }],
    hostnames: [`${name}.localhost`],
    rules: [{ backendRefs: [{ name: 'shop', port: 80 }] }],
  },
})

/** Gateway `front` with two routes, of which the edge proxy knows `gate.localhost` alone. */
export const GATEWAY = JSON.stringify({
  apiVersion: 'v1',
  kind: 'List',
  items: [
    {
      apiVersion: `${GATEWAY_API}/v1`,
      kind: 'GatewayClass',
      metadata: { name: 'portolan-edge' },
      spec: { controllerName: 'example.com/edge' },
    },
    {
      apiVersion: `${GATEWAY_API}/v1`,
      kind: 'Gateway',
      metadata: { name: 'front' },
      spec: { gatewayClassName: 'portolan-edge', listeners: [{ name: 'web', port: 80, protocol: 'HTTP' }] },
    },
    httpRoute('gate'),
    httpRoute('closed'),
  ],
})

/** What a controller writes into the status of an object. */
export const saidOf = (type: string, status: 'True' | 'False', reason: string, message = '') => [
  { type, status, reason, message, lastTransitionTime: new Date().toISOString() },
]
