import { hash } from 'node:crypto'
import { outputOf } from './run.ts'

/** What the engine puts into every container. */
const MADE_AT_START = String.raw`-path /proc -o -path /sys -o -path /dev -o -path /.dockerenv -o -path /run/.containerenv -o -path /etc/hosts -o -path /etc/hostname -o -path /etc/resolv.conf`

/** Each file of the image with its kind, mode, owner, link and content, in order. Of folders no time is compared: the engine makes them. */
const LIST = `
export LC_ALL=C
find / \\( ${MADE_AT_START} \\) -prune -o -type f -printf '%p %m %U:%G %T@\\n' -o -printf '%p %y %m %U:%G %l\\n' | sort
find / \\( ${MADE_AT_START} \\) -prune -o -type f -print0 | sort -z | xargs -0 sha256sum`

/** A digest of the sorted files of an image that has a shell and GNU find. */
export function treeDigest(engine: string, image: string): string {
  const words = ['run', '--rm', '--user=0', '--network=none', '--read-only', '--entrypoint=sh']
  return hash('sha256', outputOf([engine, ...words, image, '-c', LIST]))
}
