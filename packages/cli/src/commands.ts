import type { Command } from 'commander'
import type { End } from './end.ts'

/** Adds the options of a command and its action. */
export type Define = (command: Command, end: End) => void

/** As much of a command as `portolan --help` shows. `load` brings the rest, and with it the packages that it needs. */
export interface CommandEntry {
  name: string
  description: string
  arguments?: readonly { syntax: string; description: string; standard?: string }[]
  load(): Promise<Define>
}

const PORT = 'e.g. 30080, or CLUSTER/30080 if several clusters have it'

/** In the order of the help. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'watch',
    description: 'watch every host port that is mapped into the clusters of this machine; or any cluster, by --context',
    load: async () => (await import('./commands/watch.ts')).defineWatch,
  },
  {
    name: 'ports',
    description:
      'list the ports and whether each one answers; without a running watch it watches for some seconds itself',
    arguments: [{ syntax: '[ports...]', description: `${PORT}; default: every port` }],
    load: async () => (await import('./commands/ports.ts')).definePorts,
  },
  {
    name: 'explain',
    description:
      'trace one port or route hop by hop, with what Portolan observed at each hop; with or without a running watch',
    arguments: [
      { syntax: '<port>', description: `${PORT}; or a route behind one, e.g. shop.localhost or 80/shop.localhost/` },
    ],
    load: async () => (await import('./commands/explain.ts')).defineExplain,
  },
  {
    name: 'why',
    description:
      'show why one port or route does not answer, and the fix; without a running watch it watches for some seconds itself',
    arguments: [{ syntax: '<port>', description: PORT }],
    load: async () => (await import('./commands/why.ts')).defineWhy,
  },
  {
    name: 'incidents',
    description: 'list the incidents, newest first; with or without a running watch',
    load: async () => (await import('./commands/incidents.ts')).defineIncidents,
  },
  {
    name: 'timeline',
    description: 'draw when ports answered and where their pods were; with or without a running watch',
    arguments: [{ syntax: '[port]', description: `${PORT}; default: all ports` }],
    load: async () => (await import('./commands/timeline.ts')).defineTimeline,
  },
  {
    name: 'report',
    description: 'write a post-mortem of one incident or of a period (default: the last 24 h)',
    load: async () => (await import('./commands/report.ts')).defineReport,
  },
  {
    name: 'note',
    description: 'annotate the timeline, and silence the alerts of the named ports',
    arguments: [{ syntax: '<text>', description: 'e.g. "draining for a kernel update"' }],
    load: async () => (await import('./commands/note.ts')).defineNote,
  },
  {
    name: 'record',
    description: 'record observations to a file that portolan replay can judge again; with or without a running watch',
    arguments: [{ syntax: '<file>', description: 'the file to write; compressed if its name ends in .gz' }],
    load: async () => (await import('./commands/record.ts')).defineRecord,
  },
  {
    name: 'replay',
    description: 're-run the diagnosis on a recording, and list the incidents',
    arguments: [{ syntax: '<file>', description: 'a recording' }],
    load: async () => (await import('./commands/replay.ts')).defineReplay,
  },
  {
    name: 'check',
    description:
      'check kind configs and manifests before anything runs: which host ports may go dark, why, and the fix; or what the next reschedule in a running cluster would do',
    arguments: [{ syntax: '[manifests...]', description: 'files, folders, or - for standard input' }],
    load: async () => (await import('./commands/check.ts')).defineCheck,
  },
  {
    name: 'wait',
    description: 'wait until ports or routes answer, for CI; if the time is up first, print the cause and the fix',
    arguments: [
      {
        syntax: '[ports...]',
        description: `${PORT}; or routes, e.g. shop.localhost or 80/shop.localhost/api; default: every mapped port`,
      },
    ],
    load: async () => (await import('./commands/wait.ts')).defineWait,
  },
  {
    name: 'mcp',
    description: 'serve a client of the Model Context Protocol on standard input and output, read-only',
    load: async () => (await import('./commands/mcp.ts')).defineMcp,
  },
  {
    name: 'notify',
    description: 'test the webhook to which watch and collector report incidents',
    load: async () => (await import('./commands/notify.ts')).defineNotify,
  },
  {
    name: 'demo',
    description: 'run a simulated cluster in this process: needs neither Docker nor Kubernetes',
    arguments: [{ syntax: '[scenario]', description: 'a scenario that --list names', standard: 'story' }],
    load: async () => (await import('./commands/demo.ts')).defineDemo,
  },
  {
    name: 'page',
    description: 'open the page of the collector that is installed in a cluster, through the API server of the cluster',
    load: async () => (await import('./commands/page.ts')).definePage,
  },
  {
    name: 'collector',
    description: 'collect what agents and probers report about one cluster; meant to run inside that cluster',
    load: async () => (await import('./commands/collector.ts')).defineCollector,
  },
  {
    name: 'hub',
    description: 'gather the states and incidents of many clusters in PostgreSQL; run any number of replicas',
    load: async () => (await import('./commands/hub.ts')).defineHub,
  },
  {
    name: 'prober',
    description: 'probe the host ports of this machine for the collectors that are installed in its clusters',
    load: async () => (await import('./commands/prober.ts')).defineProber,
  },
  {
    name: 'install',
    description: 'install the collector and the agents into a kind cluster with helm, or upgrade them to this version',
    load: async () => (await import('./commands/install.ts')).defineInstall,
  },
  {
    name: 'uninstall',
    description: 'remove what portolan install put into a cluster, including the history there',
    load: async () => (await import('./commands/uninstall.ts')).defineUninstall,
  },
  {
    name: 'completion',
    description: 'print the completion script of a shell: commands, options and watched ports',
    arguments: [{ syntax: '<shell>', description: 'bash, zsh or fish' }],
    load: async () => (await import('./commands/completion.ts')).defineCompletion,
  },
  {
    name: 'start',
    description: "watch this machine's clusters, or run the demo if there is none",
    load: async () => (await import('./commands/start.ts')).defineStart,
  },
]
