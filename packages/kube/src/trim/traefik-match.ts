import type { HostRule } from '@portolan/core'

/** A host and path that satisfy a rule; `conditional` where something else is asked for as well. */
type Asked = Pick<HostRule, 'host' | 'path' | 'pathType' | 'conditional'>
/** What one matcher asks for. */
type Part = Partial<Omit<Asked, 'pathType'>> & { pathType?: string }

const ANY: Asked = { host: '', path: '/', pathType: 'Prefix' }
const UNREAD: Asked = { ...ANY, conditional: true }
const MOST_WAYS = 50
const DEEPEST = 20

/**
 * The hosts and paths of a rule of Traefik, as ``Host(`shop.localhost`) && PathPrefix(`/api`)``. What is not read here is
 * conditional: nobody can say what a plain request for it becomes.
 *
 * Source: Traefik, "Rules & Priority"; in version 2 a matcher takes several values.
 */
export function readMatch(rule: string): Asked[] {
  const tokens = rule.match(/\w+(?:\((?:`[^`]*`|"[^"]*"|[^()`"])*\))?|&&|\|\||[()!]|\S/g) ?? []
  const reader = { tokens, at: 0 }
  const ways = readAny(reader, 0)
  if (ways === null || ways.length === 0 || reader.at < tokens.length) return [UNREAD]
  return ways.map((way) => ({ ...ANY, ...way }))
}

interface Reader {
  tokens: readonly string[]
  at: number
}

/** null: it cannot be read. */
type Ways = Part[] | null

function readAny(reader: Reader, depth: number): Ways {
  let ways = readAll(reader, depth)
  while (reader.tokens[reader.at] === '||') {
    reader.at += 1
    const more = readAll(reader, depth)
    ways = ways === null || more === null ? null : bounded([...ways, ...more])
  }
  return ways
}

function readAll(reader: Reader, depth: number): Ways {
  let ways = readOne(reader, depth)
  while (reader.tokens[reader.at] === '&&') {
    reader.at += 1
    const more = readOne(reader, depth)
    ways = ways === null || more === null ? null : bounded(ways.flatMap((a) => more.map((b) => both(a, b))))
  }
  return ways
}

function readOne(reader: Reader, depth: number): Ways {
  const token = reader.tokens[reader.at]
  reader.at += 1
  if (token === '(' && depth < DEEPEST) {
    const ways = readAny(reader, depth + 1)
    const isClosed = reader.tokens[reader.at] === ')'
    reader.at += 1
    return isClosed ? ways : null
  }
  if (token === '!') {
    const ways = depth < DEEPEST ? readOne(reader, depth + 1) : null
    return ways === null ? null : [{ conditional: true }]
  }
  return token === undefined ? null : matcher(token)
}

function bounded(ways: Part[]): Ways {
  return ways.length > MOST_WAYS ? null : ways
}

function matcher(token: string): Ways {
  const [, name = '', inside = ''] = /^(\w+)\((.*)\)$/s.exec(token) ?? []
  const values = [...inside.matchAll(/`([^`]*)`|"([^"]*)"/g)].map(([, a, b]) => a ?? b ?? '')
  if (name === '') return null
  if (name === 'Host') return values.map((host) => ({ host }))
  if (name === 'Path') return values.map((path) => ({ path, pathType: 'Exact' }))
  if (name === 'PathPrefix') return values.map((path) => ({ path, pathType: 'Prefix' }))
  return [name === 'Method' && values.includes('GET') ? {} : { conditional: true }]
}

/** Two values for the same of a request are not read: one of them may be a pattern. */
function both(a: Part, b: Part): Part {
  const isTwice = (a.host !== undefined && b.host !== undefined) || (a.path !== undefined && b.path !== undefined)
  const isConditional = isTwice || a.conditional === true || b.conditional === true
  return { ...a, ...b, ...(isConditional && { conditional: true }) }
}
