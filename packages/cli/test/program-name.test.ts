import { expect, test } from '@jest/globals'
import { programName } from '../src/program-name.ts'

test.each<[string, NodeJS.ProcessEnv, string, string, boolean]>([
  [
    'a script of the repository',
    { npm_package_name: 'portolan-monorepo', npm_config_user_agent: 'pnpm/12.21.0 npm/? node/? linux x64' },
    '/clone/packages/cli/src/main.ts',
    'npx -y pnpm@12.21.0 --silent portolan',
    true,
  ],
  [
    'a version that nobody can trust is left out',
    { npm_package_name: 'portolan-monorepo', npm_config_user_agent: 'pnpm/1;ls' },
    '/clone/main.ts',
    'npx -y pnpm --silent portolan',
    true,
  ],
  ['from PATH', { PATH: '/usr/bin:/opt/bin' }, '/opt/bin/portolan', 'portolan', false],
  ['a plugin of kubectl', { PATH: '/opt/bin' }, '/opt/bin/kubectl-portolan', 'kubectl portolan', false],
  ['npx', { PATH: '/a/.bin', npm_lifecycle_event: 'npx' }, '/a/.bin/portolan', 'npx portolan', true],
  ['a file', { PATH: '/usr/bin' }, '/dist/portolan.mjs', 'node /dist/portolan.mjs', false],
])('%s', (_, env, script, words, onlyHere) => {
  expect(programName(env, script)).toEqual({ words: words.split(' '), onlyHere })
})
