import type { NodeSpec, PortMapping } from '../node-spec.ts'
import type { Scenario } from './scenario.ts'
import {
  addService,
  breakPath,
  deletePod,
  drainAway,
  drainNode,
  healPath,
  movePod,
  removeService,
  rollout,
  scale,
  setIngress,
  startNode,
  stopNode,
} from './steps.ts'

const INGRESS = { ingress: 'yes' }

/** A control plane and three workers, of which only the first has host ports. */
function threeWorkers(...ports: PortMapping[]): NodeSpec[] {
  return [{ role: 'control-plane' }, { role: 'worker', ports, labels: INGRESS }, { role: 'worker' }, { role: 'worker' }]
}

function mapped(port: number): PortMapping {
  return { hostPort: port, containerPort: port }
}

/** Time to read, to ask in another terminal, and to try the fix. */
const LEISURE_MS = 30_000

const ONE_AT_A_TIME = { maxSurge: 0, maxUnavailable: 1 }

const SHOP = { name: 'shop', app: 'shop' }
const ROUTES = { 'shop.localhost/': 'shop:80', 'shop.localhost/api': 'api:80', 'blog.localhost/': 'blog:80' }
const SHOP_INGRESS = { name: 'shop', className: 'practice', routes: ROUTES }

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'story',
    about:
      'One replica behind a NodePort with policy Local, three workers of which one is mapped, and a scheduler that moves the pod',
    nodes: threeWorkers(mapped(30080), mapped(30081)),
    deployments: [{ name: 'web' }],
    services: [
      { name: 'web', app: 'web', nodePort: 30080, externalTrafficPolicy: 'Local' },
      { name: 'web-everywhere', app: 'web', nodePort: 30081, externalTrafficPolicy: 'Cluster' },
    ],
    beginsOn: 'worker',
    // The third leaves the port dark, and whoever looks on has time for it.
    leisureMs: LEISURE_MS,
    steps: [drainNode('web', 5000), deletePod('web', 5000), drainAway('web', 'worker', 5000)],
  },
  {
    name: 'hostport-lottery',
    about: 'A pod with a hostPort, on three workers of which only one is mapped',
    nodes: threeWorkers(mapped(8000)),
    deployments: [{ name: 'web', hostPort: 8000, strategy: ONE_AT_A_TIME }],
    services: [],
    beginsOn: 'worker',
    leisureMs: LEISURE_MS,
    steps: [drainNode('web', 5000), deletePod('web', 5000), drainAway('web', 'worker', 5000)],
  },
  {
    name: 'rollout-gap',
    about: 'A single replica on the mapped node, replaced without a surge: every rollout leaves a gap',
    nodes: threeWorkers(mapped(30080)),
    deployments: [{ name: 'web', nodeSelector: INGRESS, strategy: ONE_AT_A_TIME }],
    services: [{ name: 'web', app: 'web', nodePort: 30080, externalTrafficPolicy: 'Local' }],
    steps: [rollout('web', 7000)],
  },
  {
    name: 'node-stop',
    about: 'The mapped node stops and comes back',
    nodes: threeWorkers(mapped(30080)),
    deployments: [{ name: 'web', replicas: 2 }],
    services: [{ name: 'web', app: 'web', nodePort: 30080 }],
    steps: [stopNode('worker', 9000), startNode('worker', 9000)],
  },
  {
    name: 'broken-path',
    about: "Policy Cluster, and the path from the mapped node to the pod's node breaks",
    nodes: threeWorkers(mapped(30080)),
    deployments: [{ name: 'web' }],
    services: [{ name: 'web', app: 'web', nodePort: 30080 }],
    beginsOn: 'worker2',
    steps: [breakPath('worker', 'worker2', 7000), healPath('worker', 'worker2', 7000)],
  },
  {
    name: 'flapping',
    about: 'The pod moves off the mapped node and back every few seconds',
    nodes: threeWorkers(mapped(30080)),
    deployments: [{ name: 'web' }],
    services: [{ name: 'web', app: 'web', nodePort: 30080, externalTrafficPolicy: 'Local' }],
    beginsOn: 'worker',
    steps: [movePod('web', 'worker2', 2500), movePod('web', 'worker', 2500)],
  },
  {
    name: 'edge',
    about:
      'An edge proxy with three routes: a backend goes, a port is mistyped, an application sleeps, the proxy itself moves',
    nodes: threeWorkers(mapped(30080)),
    deployments: [{ name: 'edge', edgeOf: 'practice' }, { name: 'shop' }, { name: 'api' }, { name: 'blog' }],
    services: [
      { name: 'edge', app: 'edge', nodePort: 30080, externalTrafficPolicy: 'Local' },
      SHOP,
      { name: 'api', app: 'api' },
      { name: 'blog', app: 'blog' },
    ],
    ingresses: [SHOP_INGRESS],
    beginsOn: 'worker',
    steps: [
      removeService('shop', 6000),
      addService(SHOP, 4000),
      setIngress(
        { ...SHOP_INGRESS, routes: { ...ROUTES, 'shop.localhost/api': 'api:8888' } },
        'point shop.localhost/api at port 8888, which Service api does not have',
        6000,
      ),
      setIngress(SHOP_INGRESS, 'point shop.localhost/api at port 80 again', 4000),
      scale('blog', 0, 6000),
      scale('blog', 1, 4000),
      movePod('edge', 'worker2', 6000),
      movePod('edge', 'worker', 4000),
    ],
  },
  {
    name: 'all-fine',
    about: 'Policy Cluster, the tainted control plane is mapped, the pods run on workers and move: nothing is wrong',
    nodes: [{ role: 'control-plane', ports: [mapped(30080)] }, { role: 'worker' }, { role: 'worker' }],
    deployments: [{ name: 'web', replicas: 2 }],
    services: [{ name: 'web', app: 'web', nodePort: 30080 }],
    steps: [deletePod('web', 5000), rollout('web', 7000)],
  },
]
