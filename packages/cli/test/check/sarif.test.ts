import { expect, test } from '@jest/globals'
import { renderSarif } from '../../src/check/sarif.ts'

function uriOf(file: string): string {
  const problems = [{ file, line: 1, message: 'is empty' }]
  const { runs } = JSON.parse(renderSarif({ clusters: [], ports: [], warnings: [], problems, notes: [] }))
  return runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri
}

test.each([
  ['deploy/app.yaml', 'deploy/app.yaml'],
  ['/home/me/app.yaml', '/home/me/app.yaml'],
  ['deploy\\app.yaml', 'deploy/app.yaml'],
  ['javascript:owned.yaml', 'javascript%3Aowned.yaml'],
  ['what? #1 100%.yaml', 'what%3F%20%231%20100%25.yaml'],
])('a file is a path and nothing else, whatever it is called: %s', (file, uri) => {
  expect(uriOf(file)).toBe(uri)
  expect(new URL(uri, 'file:///repository/').protocol).toBe('file:')
})
