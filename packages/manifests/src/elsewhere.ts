import { glob, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { readMet } from './read-text.ts'

/** Source: tehcyx/kind, a provider of Terraform and OpenTofu: the resource `kind_cluster`. */
const OF_TERRAFORM = /^[ \t]*resource[ \t]+"kind_cluster"|^[ \t]*kind_config[ \t]*(?:=[ \t]*)?\{/m
const FENCED = /^[ \t]*(?:```|~~~)/m
const NAMED = /kind\.x-k8s\.io|kind\.sigs\.k8s\.io|k3d\.io|ctlptl\.dev/

/** What a file of Terraform is to a reader of configs. */
export const TERRAFORM =
  'describes the cluster in Terraform, which is not read: write its kind_config block as a kind config (YAML)'

/**
 * The words for a file that holds the config of a cluster in a form that neither kind nor `check` reads; null for any other.
 *
 * @param text of a file that is no config
 */
export function configElsewhere(text: string): string | null {
  if (OF_TERRAFORM.test(text)) {
    return TERRAFORM
  }
  return FENCED.test(text) && NAMED.test(text)
    ? 'is a document with a config in it, which kind does not take either: save the config as a file of its own'
    : null
}

/** A file in a folder that may be a config; the others there are something else. */
export function mayHoldConfig(text: string): boolean {
  return NAMED.test(text)
}

/** Files of Terraform that are looked at in one folder. */
const MOST_FILES = 1000

/**
 * The first file below these folders that describes a kind cluster in Terraform.
 *
 * @returns its path; null where there is none, or none that can be read
 */
export async function terraformClusterIn(folders: readonly string[]): Promise<string | null> {
  for (const folder of folders) {
    const found = await firstIn(folder).catch(() => null)
    if (found !== null) return found
  }
  return null
}

async function firstIn(folder: string): Promise<string | null> {
  const root = await realpath(folder)
  let left = MOST_FILES
  for await (const name of glob('**/*.tf', { cwd: folder, exclude: ['**/node_modules', '**/.*'] })) {
    if (left === 0) break
    left -= 1
    const path = join(folder, name)
    if (OF_TERRAFORM.test(await readMet(path, root).catch(() => ''))) return path
  }
  return null
}
