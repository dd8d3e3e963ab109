import { BlockList, isIPv4, isIPv6 } from 'node:net'
import type { Clock } from '@portolan/core'
import type { Request } from 'express'
import { createReviews } from '../ingest/reviews.ts'
import { createNewest } from '../newest.ts'
import type { ProxiedUsers, Rights } from './gate.ts'
import type { PageRights } from './page-rights.ts'
import { Problem } from './problem.ts'

/** A proxy that asks people who they are, and says so in a header of what it passes on. */
export interface AuthProxy {
  userHeader: string
  /** A header with the names of their groups, with commas between them; null: it names none. */
  groupsHeader: string | null
  /** Where it asks from, as `10.0.0.0/8`; the header of anybody else says nothing. */
  from: readonly string[]
}

const KNOWN_MS = 60_000
const MOST_REMEMBERED = 1000
const LONGEST_NAME = 256
const MOST_GROUPS = 100
/** A proxy that was sent the header already may have put its own behind a comma. */
const NAME = /^[!-+\--~]+$/
/** Of the cluster's own: no proxy speaks for them. */
const RESERVED = /^system:/

/** People whom a proxy named, for what the roles of the cluster grant them and their groups. */
export function createProxiedUsers(
  { userHeader, groupsHeader, from }: AuthProxy,
  rightsOf: PageRights,
  clock: Pick<Clock, 'monotonic'>,
): ProxiedUsers {
  const proxies = addressesIn(from)
  const known = createNewest<Rights>(MOST_REMEMBERED)
  const reviews = createReviews()

  async function rightsOfUser(username: string, groups: string[]): Promise<Rights> {
    const key = JSON.stringify([username, groups])
    const found = known.read(key)
    if (found !== undefined && clock.monotonic() < found.until) return found.value
    const granted = await reviews.run(found !== undefined, () => rightsOf({ username, groups, extra: {} }))
    const rights = { ...granted, who: username }
    known.keep(key, clock.monotonic() + KNOWN_MS, rights)
    return rights
  }

  return {
    async review(request) {
      if (!proxies(request.socket.remoteAddress ?? '')) return null
      const user = onlyOne(request, userHeader)
      if (user === null) return null
      if (!isName(user)) throw new Problem(403, `${userHeader} is not a valid user name`)
      return rightsOfUser(user, groupsHeader === null ? [] : groupsIn(request, groupsHeader))
    },
  }
}

/** null where it is missing or empty. @throws Problem where there are several: one of them may be the client's own */
function onlyOne(request: Request, header: string): string | null {
  const [value = '', ...others] = request.headersDistinct[header.toLowerCase()] ?? []
  if (others.length > 0) throw new Problem(403, `${header} came more than once`)
  return value.trim() === '' ? null : value.trim()
}

function groupsIn(request: Request, header: string): string[] {
  const names = (onlyOne(request, header) ?? '').split(',').map((name) => name.trim())
  return names.filter(isName).slice(0, MOST_GROUPS)
}

function isName(text: string): boolean {
  return text.length <= LONGEST_NAME && NAME.test(text) && !RESERVED.test(text)
}

/** An IPv4 address is the same one where a socket of IPv6 calls it `::ffff:10.0.0.1`. */
function addressesIn(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const range of ranges) {
    const { address, bits, family } = readAddressRange(range) ?? {}
    if (address !== undefined && bits !== undefined) list.addSubnet(address, bits, family)
  }
  return (address) => {
    const [plain = ''] = address.split('%')
    return (isIPv4(plain) && list.check(plain, 'ipv4')) || (isIPv6(plain) && list.check(plain, 'ipv6'))
  }
}

/** One address, or a part of all as `10.0.0.0/8`; null where it is neither. */
export function readAddressRange(text: string): { address: string; bits: number; family: 'ipv4' | 'ipv6' } | null {
  const [address = '', bits = ''] = /^([\d.]+|[\da-f:]+)(?:\/([1-9]\d{0,2}))?$/i.exec(text)?.slice(1) ?? []
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : null
  if (family === null) return null
  const all = family === 'ipv4' ? 32 : 128
  const used = bits === '' ? all : Number(bits)
  return used <= all ? { address, bits: used, family } : null
}
