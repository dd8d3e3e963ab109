import { percent, printableAll } from '@portolan/core'
import type { WhyDocument } from '@portolan/wire'
import { remedyLines, remedyWords, verdictTitle } from '../render/incident.ts'
import type { Style } from '../render/style.ts'
import { ageText, clockText, wrap } from '../render/words.ts'
import { sourceText } from './source.ts'

interface Options {
  width: number
  style: Style
}

/** The answer for people; each command stands on a line of its own and is never broken. */
export function whyLines(given: WhyDocument, options: Options): string[] {
  const why = printableAll(given)
  const { verdict, fixes, notes, ruledOut, notChecked, verify, source } = why
  const { width, style } = options
  const inside = (text: string) => wrap(text, width, '  ')
  return [
    ...headlines(why, options),
    ...(verdict === null
      ? why.state === 'up'
        ? []
        : inside(why.summary)
      : [verdict.onset, verdict.summary].flatMap(inside)),
    ...notes.flatMap(inside),
    ...section(
      'What to do',
      remedyLines(fixes, width, style, verdict === null ? undefined : remedyWords(verdict)),
      style,
    ),
    ...riskLines(why, options),
    ...(why.state === 'up' ? [] : section('Next', [...inside(verify.text), style.strong(verify.command)], style)),
    ...evidenceLines(why, options),
    ...section(
      'Could not be checked',
      notChecked.flatMap(({ cause, because }) => inside(`${cause}: ${because}`)),
      style,
    ),
    ...(ruledOut.length === 0
      ? []
      : [
          '',
          ...wrap(
            `${ruledOut.length} other cause${ruledOut.length === 1 ? ' is' : 's are'} ruled out; --output json lists each with the reason.`,
            width,
          ).map(style.dim),
        ]),
    '',
    ...wrap(`Seen by ${sourceText(source.kind)}, as of ${clockText(Date.parse(source.at))}.`, width).map(style.dim),
  ]
}

function headlines({ port, state, stateSeconds, verdict }: WhyDocument, { width, style }: Options): string[] {
  const age = ageText(stateSeconds * 1000)
  if (state === 'up') return [style.good(`✓ ${port} has answered for ${age}`)]
  if (verdict === null) return [style.doubt(`? ${port} has been ${state} for ${age}`)]
  const how = state === 'broken' ? 'has been broken' : 'has not answered'
  return wrap(`✗ ${port} ${how} for ${age}: ${verdictTitle(verdict)}`, width).map(style.bad)
}

function evidenceLines({ evidence, brokenHop }: WhyDocument, { width, style }: Options): string[] {
  const hop = brokenHop === null ? [] : [`the path breaks at "${brokenHop.name}": ${brokenHop.text}`]
  const seen = evidence.filter(({ kind }) => kind !== 'history').map(({ text }) => text)
  return section(
    'Evidence',
    [...hop, ...seen].flatMap((text) => wrap(`- ${text}`, width, '  ')),
    style,
  )
}

function riskLines({ atRisk }: WhyDocument, { width, style }: Options): string[] {
  if (atRisk === null) return []
  const chance = `The next reschedule of its pods takes it down in ${percent(atRisk.darkProbability)} of cases. ${atRisk.summary}`
  return section('At risk', [...wrap(chance, width, '  '), ...remedyLines(atRisk.fixes, width, style)], style)
}

function section(title: string, lines: readonly string[], style: Style): string[] {
  return lines.length === 0 ? [] : ['', style.strong(title), ...lines]
}
