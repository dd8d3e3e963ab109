import type { EngineInfo } from '@portolan/core'
import * as z from 'zod'

/** `GET /version` of Docker and Podman. */
export const versionReply = z.object({
  Version: z.string().optional(),
  Components: z.array(z.object({ Name: z.string().optional(), Version: z.string().optional() })).nullish(),
})

/** `GET /info` of Docker and Podman. */
export const infoReply = z.object({ OperatingSystem: z.string().optional(), SystemTime: z.string().optional() })

/** Podman answers on Docker's usual socket as well (package podman-docker): only the components tell. */
export function readEngineInfo(
  version: z.infer<typeof versionReply>,
  info: z.infer<typeof infoReply>,
  endpoint: string,
  platform: NodeJS.Platform,
): EngineInfo {
  const podman = version.Components?.find((component) => component.Name?.startsWith('Podman'))
  const operatingSystem = info.OperatingSystem ?? 'unknown'
  return {
    kind: podman === undefined ? 'docker' : 'podman',
    version: podman?.Version ?? version.Version ?? 'unknown',
    operatingSystem,
    desktop: isDesktop(operatingSystem, endpoint, platform),
    endpoint,
  }
}

/** OrbStack routes container addresses to the host; every other virtual machine keeps them. */
export function isDesktop(operatingSystem: string, endpoint: string, platform: NodeJS.Platform): boolean {
  if (/orbstack/i.test(operatingSystem)) return false
  if (/desktop/i.test(operatingSystem)) return true
  if (!endpoint.startsWith('unix://')) return false
  return platform === 'darwin' || /\/\.(docker\/desktop|rd|colima|lima)\//.test(endpoint)
}
