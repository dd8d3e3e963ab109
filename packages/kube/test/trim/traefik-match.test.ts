import { describe, expect, test } from '@jest/globals'
import { trimIngressRoute } from '../../src/trim/ingress-route.ts'
import { readMatch } from '../../src/trim/traefik-match.ts'

const asked = (rule: string) =>
  readMatch(rule).map(({ host, path, pathType, conditional }) =>
    `${host} ${path} ${pathType}${conditional === true ? ' conditional' : ''}`.trim(),
  )

describe('a rule of Traefik', () => {
  test.each([
    ['Host(`shop.localhost`)', ['shop.localhost / Prefix']],
    ['Host(`shop.localhost`) && PathPrefix(`/api`)', ['shop.localhost /api Prefix']],
    ['(Host(`a`) || Host(`b`)) && Path(`/x`)', ['a /x Exact', 'b /x Exact']],
    ['Host(`a`) || Host(`b`) && Path(`/x`)', ['a / Prefix', 'b /x Exact']],
    ['Host(`a`, "b")', ['a / Prefix', 'b / Prefix']],
    ['PathPrefix(`/`)', ['/ Prefix']],
    ['Host(`a`) && Method(`GET`)', ['a / Prefix']],
    ['Host(`a`) && Method(`POST`)', ['a / Prefix conditional']],
    ['Host(`a`) && Header(`x`, `y`)', ['a / Prefix conditional']],
    ['HostRegexp(`^.+$`)', ['/ Prefix conditional']],
    ['Host(`a`) && !PathPrefix(`/api`)', ['a / Prefix conditional']],
    ['Host(`a`) && Host(`b`)', ['b / Prefix conditional']],
    ['PathRegexp(`^/(a|b)\\(c`) && Host(`a`)', ['a / Prefix conditional']],
  ])('%s', (rule, ways) => {
    expect(asked(rule)).toEqual(ways)
  })

  test.each(['', 'Host', 'Host(`a`', '((((', '&&', 'Host(`a`) Host(`b`)', '('.repeat(5000), '!'.repeat(5000)])(
    'that cannot be read is conditional: %.20s',
    (rule) => {
      expect(asked(rule)).toEqual(['/ Prefix conditional'])
    },
  )

  test('that has more ways than anybody writes is not spelt out', () => {
    const any = `(${Array.from({ length: 30 }, (_, index) => `Host(\`h${index}\`)`).join(' || ')})`
    const paths = `(${Array.from({ length: 30 }, (_, index) => `Path(\`/${index}\`)`).join(' || ')})`
    expect(asked(`${any} && ${paths}`)).toEqual(['/ Prefix conditional'])
  })
})

test('an IngressRoute becomes its rules, with where each backend is in the object', () => {
  const spec = {
    entryPoints: ['websecure'],
    routes: [
      { match: 'Host(`shop.localhost`)', kind: 'Rule', services: [{ name: 'shop', namespace: 'backend', port: 80 }] },
      { match: 'Host(`api.localhost`)', kind: 'Rule', services: [{ kind: 'TraefikService', name: 'split' }] },
    ],
    tls: {},
  }
  const metadata = { name: 'shop', namespace: 'default', uid: 'u', resourceVersion: '7' }
  expect(trimIngressRoute({ metadata, spec } as Parameters<typeof trimIngressRoute>[0])).toMatchObject({
    entryPoints: ['websecure'],
    secret: '',
    rules: [
      {
        host: 'shop.localhost',
        place: '/spec/routes/0/services/0',
        backend: { service: 'shop', port: '80', namespace: 'backend' },
      },
      { host: 'api.localhost', backend: null },
    ],
  })
})

test('a match that begins very many matchers and ends none is read in one go', () => {
  for (const rule of ['a'.repeat(1_000_000), 'a('.repeat(500_000), 'a(`'.repeat(300_000)])
    expect(readMatch(rule)).toMatchObject([{ conditional: true }])
})
