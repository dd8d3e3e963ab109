import { beforeEach, describe, expect, test } from '@jest/globals'
import { createPageRights } from '../../src/api/page-rights.ts'
import { createPageTokens } from '../../src/api/page-tokens.ts'

const END_S = 1_800_000_000
const jwt = (claims: object) =>
  ['{}', JSON.stringify(claims), 'signature'].map((part) => Buffer.from(part).toString('base64url')).join('.')
const TOKEN = jwt({ aud: ['portolan-page'], exp: END_S })
const OWNER = {
  username: 'system:serviceaccount:portolan:portolan-viewer',
  groups: ['system:authenticated'],
  extra: {},
}

let asked: string[]
let allowed: string[]
let isKnown: boolean
const rightsOf = createPageRights(
  {
    async reviewAccess(owner, { group, resource, verb, namespace }) {
      expect(owner).toBe(OWNER)
      asked.push(`${verb} ${resource}.${group} in ${namespace}`)
      return allowed.includes(verb)
    },
  },
  'harbour',
)
const tokens = createPageTokens(
  {
    async reviewToken(_, audience) {
      asked.push(audience)
      return isKnown ? OWNER : null
    },
  },
  rightsOf,
  'harbour',
)
beforeEach(() => {
  asked = []
  allowed = ['get', 'annotate']
  isKnown = true
})

describe('a token', () => {
  test('gives what the roles of its owner give, until it ends', async () => {
    expect(await tokens.review(TOKEN)).toEqual({ writes: true, until: END_S * 1000, who: OWNER.username })
    expect(asked).toEqual([
      'portolan-page',
      'get page.portolan.dev in harbour',
      'annotate page.portolan.dev in harbour',
    ])
    allowed = ['get']
    expect(await tokens.review(TOKEN)).toMatchObject({ writes: false })
  })

  test.each([[[]], [['annotate']]])('gives nothing to whom the roles let do %j', async (verbs: string[]) => {
    allowed = verbs
    expect(await tokens.review(TOKEN)).toBeNull()
  })

  test('that the API server does not know gives nothing', async () => {
    isKnown = false
    expect(await tokens.review(TOKEN)).toBeNull()
    expect(asked).toEqual(['portolan-page'])
  })

  test.each([
    ['for the collector', jwt({ aud: ['portolan-collector'], exp: END_S })],
    ['for the API server', jwt({ aud: 'https://kubernetes.default.svc' })],
    ['that is none', 'a-key-that-is-wrong'],
  ])('%s is not even asked about', async (_, token) => {
    expect(await tokens.review(token)).toBeNull()
    expect(asked).toEqual([])
  })

  test('without an end gives a session that is over at once', async () => {
    expect(await tokens.review(jwt({ aud: 'portolan-page' }))).toEqual({ writes: true, until: 0, who: OWNER.username })
  })
})

test('how to get one is a command', () => {
  expect(tokens.hint).toContain('kubectl create token portolan-annotator --namespace=harbour --audience=portolan-page')
})
