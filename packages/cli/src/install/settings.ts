import { buildInfo } from '@portolan/runtime'
import { createFaults, type Faults } from '../settings.ts'

/** Where a cluster's API server is found: both commands need it, and everything that they run. */
export interface Way {
  cluster: string
  context: string
  kubeconfig: string | null
}

export interface InstallSettings {
  image: Image
  /** null: the chart's own. */
  chosenImage: Image | null
  values: string[]
  set: string[]
  load: boolean
}

export interface Image {
  repository: string
  tag: string
}

export interface InstallFlags {
  image?: string
  values: string[]
  set: string[]
  load: boolean
}

const OWN: Image = { repository: 'portolan', tag: buildInfo.version }

/** @throws PortolanError usage with every fault */
export function readInstallSettings(flags: InstallFlags): InstallSettings {
  const faults = createFaults()
  const chosenImage = flags.image === undefined ? null : readImage(flags.image, faults)
  for (const one of flags.set) if (!/^[^=]+=/.test(one)) faults.add(`--set is "${one}", expected KEY=VALUE`)
  faults.check('install')
  return { image: chosenImage ?? OWN, chosenImage, values: flags.values, set: flags.set, load: flags.load }
}

/** `[HOST:PORT/]REPOSITORY:TAG`. */
function readImage(text: string, faults: Faults): Image | null {
  const { repository, tag } = /^(?<repository>[\w./:-]+):(?<tag>\w[\w.-]*)$/.exec(text)?.groups ?? {}
  if (repository !== undefined && tag !== undefined) return { repository, tag }
  faults.add(`--image is "${text}", expected NAME:TAG`)
  return null
}

export function imageText({ repository, tag }: Image): string {
  return `${repository}:${tag}`
}
