import type { CheckDocument, CheckRemedy } from '@portolan/wire'
import { percent, titleOf } from '@portolan/core'

/** One finding or note, for formats that hang findings on lines of files. */
export interface Note {
  level: 'error' | 'warning' | 'note'
  /** The cause, or `invalid` for a file that cannot be read, or `note`. */
  rule: string
  title: string
  text: string
  file: string | null
  line: number | null
}

export function notesOf({ problems, ports, warnings, notes }: CheckDocument): Note[] {
  return [
    ...problems.map(({ file, line, message }) => ({
      level: 'error' as const,
      rule: 'invalid',
      title: 'cannot be read',
      text: message,
      file,
      line,
    })),
    ...ports.flatMap(
      ({ verdict, cause, hostPort, service, darkProbability, summary, remedies, file, line }): Note[] => {
        if (cause === null) return []
        const chance = darkProbability === null ? '' : ` (${percent(darkProbability)})`
        const name = `Host port ${hostPort}`
        const title =
          hostPort === null
            ? `Service ${service} has no host port`
            : verdict === 'always_dark'
              ? `${name} is always dark`
              : verdict === 'may_go_dark'
                ? `${name} may go dark${chance}`
                : `Whether host port ${hostPort} answers cannot be known`
        const level =
          hostPort === null || verdict === 'unknown' ? 'note' : verdict === 'always_dark' ? 'error' : 'warning'
        return [{ level, rule: cause, title, text: withFix(`${title}: ${summary}`, remedies), file, line }]
      },
    ),
    ...warnings.map(({ cause, text, remedies, file, line }) => ({
      level: 'note' as const,
      rule: cause,
      title: titleOf(cause),
      text: withFix(text, remedies),
      file,
      line,
    })),
    ...notes.map(({ text, file, line }) => ({ level: 'note' as const, rule: 'note', title: 'note', text, file, line })),
  ]
}

function withFix(text: string, remedies: CheckRemedy[]): string {
  const fixes = remedies.map((remedy, index) => `${index === 0 ? 'Fix' : 'Or'}: ${remedy.text}.`)
  return [text, ...fixes].join(' ')
}
