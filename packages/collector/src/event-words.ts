import { darkWord, durationText, type Incident, overText, printableAll } from '@portolan/core'

/** As many characters as the API takes. Source: Kubernetes, events.k8s.io/v1 Event `note`. */
const MOST = 1024

/** The sentence and the first command that helps. A command is printed whole or not at all: it will be pasted. */
export function darkMessage(incident: Incident): string {
  const { remedies, ...dark } = printableAll(incident)
  const command = remedies.find((remedy) => remedy.command !== undefined)?.command
  const fix = command === undefined ? '' : ` Fix: ${command}`
  if (fix.length > MOST / 2) return shorten(darkSentence(dark), MOST)
  return shorten(darkSentence(dark), MOST - fix.length) + fix
}

export function darkSentence({ target, summary }: Pick<Incident, 'target' | 'summary'>): string {
  return `${target} is ${darkWord(target)}: ${summary}`
}

export function backMessage(incident: Incident, closedAt: number): string {
  const { target, cause, darkSince, darkUntil } = incident
  return `${target} ${overText(incident, durationText((darkUntil ?? closedAt) - darkSince))} (${cause})`
}

function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 3)}...`
}
