import type { Notification } from '@portolan/core'

/** Source: Slack, "Incoming webhooks" and "Formatting text": a section holds 3,000 characters. */
interface SlackMessage {
  text: string
  unfurl_links: false
  unfurl_media: false
  blocks: { type: 'section'; text: { type: 'mrkdwn'; verbatim: true; text: string } }[]
}

const MOST = 3000

const SIGNS: Record<Notification['type'], string> = {
  'incident.opened': ':red_circle:',
  'incident.closed': ':large_green_circle:',
  'flapping.began': ':large_yellow_circle:',
  'flapping.ended': ':large_green_circle:',
  'risk.began': ':large_orange_circle:',
  'risk.ended': ':large_green_circle:',
  test: ':white_circle:',
}

/** Nothing that a cluster says is a mention, a link or markup in it. */
export function slackMessage(notifications: readonly Notification[], leftOut: number): SlackMessage {
  const texts = notifications.map(textOf)
  if (leftOut > 0) texts.push(`_${leftOut} older messages were not sent: too many waited for too long._`)
  return {
    text: notifications.length === 1 ? 'Portolan: news of a port' : `Portolan: news of ${notifications.length} ports`,
    unfurl_links: false,
    unfurl_media: false,
    blocks: texts.map((text) => ({ type: 'section', text: { type: 'mrkdwn', verbatim: true, text } })),
  }
}

function textOf({ type, cluster, summary, times, incident }: Notification): string {
  const often = times > 1 ? ` (${times} times since the last message)` : ''
  const head = `${SIGNS[type]} *${plain(cluster)}*: ${plain(summary)}${often}`
  const alone = head.slice(0, MOST).toWellFormed()
  if (type !== 'incident.opened' || incident === null) return alone
  const [remedy] = incident.remedies
  if (remedy === undefined) return alone
  const { text, command = '' } = remedy
  // A command is shown whole or not at all: it will be pasted.
  const isShown = command !== '' && !command.includes('```')
  const fix = `\nFix: ${plain(text)}${isShown ? `\n\`\`\`${escaped(command)}\`\`\`` : ''}`
  return head.length + fix.length <= MOST ? head + fix : alone
}

/** Text without markup. */
function plain(text: string): string {
  return escaped(text.replaceAll(/[*_~`]/g, (mark) => `\u200b${mark}`)).replaceAll('@', '@\u200b')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
