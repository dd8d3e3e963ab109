import { PortolanError } from '@portolan/core'
import * as z from 'zod'
import { bounded } from '../check/bounded.ts'
import { inspect } from '../check/inspect.ts'
import { inspectLive } from '../check/inspect-live.ts'
import type { Answer } from './answer.ts'
import { belowRoot } from './below-root.ts'
import { clusterInput, defineTool } from './tool.ts'

const LONGEST_PATH = 1000
const MOST_PATHS = 50

const paths = z.array(z.string().max(LONGEST_PATH)).max(MOST_PATHS).default([])

export const check = defineTool({
  name: 'check',
  title: 'Which ports may go dark',
  description:
    'List which host ports may go dark, why, and the fix as a diff or command: from kind configs and manifests before anything runs or, with live, in the running clusters at the next reschedule of their pods or the drain of a node. Reads files below the root of this server only, and renders no charts.',
  input: {
    kind: paths.describe('kind config files'),
    manifests: paths.describe('files or folders with manifests'),
    live: z.boolean().default(false).describe('look at running clusters instead of files'),
    drain: z.string().max(LONGEST_PATH).optional().describe('with live: a node that is drained'),
    cluster: clusterInput,
  },
  async answer({ kind, manifests, live, drain = null, cluster }, { env, root }): Promise<Answer> {
    if (live) {
      if (kind.length + manifests.length > 0) throw usage('live looks at running clusters and reads no files')
      let source: Answer['source'] = 'own'
      const data = bounded(
        await inspectLive({ only: cluster === undefined ? [] : [cluster], env, drain }, () => {
          source = 'demo'
        }),
      )
      return { contract: 'check', data, source }
    }
    if (drain !== null) throw usage('only a running cluster can be drained')
    if (kind.length === 0) throw usage('no kind config was named')
    const below = (path: string) => belowRoot(root, path)
    const reading = { stdin: nothing, check: 'portolan check -k kind.yaml -', render: null }
    const arch = process.arch === 'x64' ? 'amd64' : process.arch
    const files = { kindConfigs: kind.map(below), manifests: manifests.map(below) }
    const data = bounded(await inspect({ ...files, reading, name: null, kindName: null, arch, loadBalancers: null }))
    return { contract: 'check', data, source: null }
  },
})

async function* nothing(): AsyncGenerator<Uint8Array> {}

function usage(message: string): PortolanError {
  return new PortolanError('usage', message, 'give kind: [FILE] and manifests: [FILE or FOLDER], or live: true')
}
