const REPOSITORY = /^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9._-]+$/

/** `PORTOLAN_REPOSITORY`: the repository that releases, as owner/name. null outside of a release: then nothing names an address. */
export function releaseRepository(env: NodeJS.ProcessEnv): string | null {
  const name = env['PORTOLAN_REPOSITORY'] ?? ''
  if (name === '') return null
  if (!REPOSITORY.test(name)) throw new Error(`PORTOLAN_REPOSITORY is ${JSON.stringify(name)}, expected owner/name`)
  return name
}

export function addressOf(repository: string): string {
  return `https://github.com/${repository}`
}
