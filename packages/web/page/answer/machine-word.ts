import { isHub } from '../clock.ts'

/** The machine whose ports are probed: the one that serves the page, but for a hub. */
export function machineWord(): string {
  return isHub() ? "the cluster's machine" : 'this machine'
}
