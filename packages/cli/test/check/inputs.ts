import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What `check` has to say of the files in a folder of test/check-inputs. */
export interface Expected {
  /** In that folder. */
  arguments: string[]
  /** null: any. */
  exit: number | null
  /** Verdicts, one or several that will do, by host port. */
  ports?: Record<string, string | string[]>
  says?: string[]
  never_says?: string[]
  /** A file that a printed diff has to fit. */
  fix_must_be_valid_yaml_for?: string
}

export interface Input {
  name: string
  folder: string
  expected: Expected
}

const root = join(import.meta.dirname, '../../../../test/check-inputs')

export const INPUTS: Input[] = readdirSync(root)
  .map((name) => ({ name, folder: join(root, name) }))
  .filter(({ folder }) => existsSync(join(folder, 'expected.json')))
  .map(({ name, folder }) => ({
    name,
    folder,
    expected: JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Expected,
  }))
