import { now } from '../clock.ts'
import type { MeshDocument, MeshOfCluster } from '../documents.ts'
import { Mark } from '../parts/mark.tsx'
import { useAnswer } from '../parts/use-answer.ts'
import { useBeat } from '../parts/use-beat.ts'
import { nodeName } from '../words.ts'
import { createMatrix, type Matrix, summarizeMesh, troubled } from './matrix.ts'
import { MeshTable } from './mesh-table.tsx'
import { tellTrouble } from './pair-words.ts'

const REFRESH_MS = 2000
/** More than these nobody reads. */
const MOST_TOLD = 6

/** How the nodes see each other, where agents are installed. */
export function MeshView() {
  const { value } = useAnswer<MeshDocument>('/mesh', useBeat(REFRESH_MS))
  if (value === null) return <section class="mesh" aria-busy="true" />
  const clusters = value.clusters.filter(({ agents }) => agents.length > 0)
  if (clusters.length === 0) {
    return (
      <section class="empty">
        <h1>No agent reports</h1>
        <p>
          How the nodes reach each other is shown here once there is an agent on each of them, which{' '}
          <code>portolan install --cluster=NAME</code> brings.
        </p>
      </section>
    )
  }
  return (
    <div class="mesh">
      {clusters.map((mesh) => (
        <ClusterMesh key={mesh.cluster} mesh={mesh} />
      ))}
    </div>
  )
}

function ClusterMesh({ mesh }: { mesh: MeshOfCluster }) {
  const matrix = createMatrix(mesh)
  const { state, text } = summarizeMesh(matrix)
  return (
    <section aria-label={`Mesh of ${mesh.cluster}`}>
      <h1>
        <Mark state={state} label="" /> {mesh.cluster} <small>{text}</small>
      </h1>
      <MeshTable matrix={matrix} cluster={mesh.cluster} />
      <Legend />
      <Trouble matrix={matrix} cluster={mesh.cluster} />
    </section>
  )
}

function Legend() {
  return (
    <ul class="mesh-legend">
      <li>
        <Mark state="up" label="" /> whole
      </li>
      <li>
        <Mark state="flapping" label="" /> loses datagrams
      </li>
      <li>
        <Mark state="down" label="" /> broken
      </li>
      <li>
        <Mark state="gap" label="" /> agent does not report
      </li>
      <li>empty: not probed; each node probes up to eight others</li>
    </ul>
  )
}

function Trouble({ matrix, cluster }: { matrix: Matrix; cluster: string }) {
  const all = troubled(matrix)
  if (all.length === 0) return null
  return (
    <>
      <h2>Not whole</h2>
      <ul class="mesh-trouble">
        {all.slice(0, MOST_TOLD).map((one) => (
          <li key={`${one.state} ${one.to}`}>
            <Mark state={one.state} label="" />{' '}
            <b>
              {one.cells.map(({ pair }) => nodeName(pair.from, cluster)).join(', ')} → {nodeName(one.to, cluster)}
            </b>
            : {tellTrouble(one, now())}
          </li>
        ))}
        {all.length > MOST_TOLD ? <li>and {all.length - MOST_TOLD} more nodes</li> : null}
      </ul>
    </>
  )
}
