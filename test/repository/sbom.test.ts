import { expect, test } from '@jest/globals'
import { debianComponents, npmComponent, sbomText } from '../../build/sbom.ts'

const subject = { type: 'application', 'bom-ref': 'us', name: 'us', version: '1' } as const

test('a package of npm is named as others name it, with its scope escaped and its licence as an expression', () => {
  expect(npmComponent({ name: '@kubernetes/client-node', version: '2.0.1', license: 'Apache-2.0' })).toEqual({
    type: 'library',
    'bom-ref': 'pkg:npm/%40kubernetes/client-node@2.0.1',
    name: '@kubernetes/client-node',
    version: '2.0.1',
    purl: 'pkg:npm/%40kubernetes/client-node@2.0.1',
    licenses: [{ expression: 'Apache-2.0' }],
  })
})

test('of a Debian it lists what is installed, and not what was removed', () => {
  const status = [
    'Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.36-9+deb12u10\nDescription: a\n b',
    'Package: gone\nStatus: deinstall ok config-files\nArchitecture: amd64\nVersion: 1',
  ].join('\n\n')
  expect(debianComponents(status).map(({ purl }) => purl)).toEqual([
    'pkg:deb/debian/libc6@2.36-9%2Bdeb12u10?arch=amd64',
  ])
})

test('the subject depends on each part, and each reference is of a part', () => {
  const parts = [npmComponent({ name: 'a', version: '1', license: 'MIT' })]
  const bom = JSON.parse(sbomText(subject, parts)) as { dependencies: object[] }
  expect(bom.dependencies).toEqual([{ ref: 'us', dependsOn: ['pkg:npm/a@1'] }, { ref: 'pkg:npm/a@1' }])
})

test('the same parts give the same bytes', () => expect(sbomText(subject, [])).toBe(sbomText(subject, [])))
