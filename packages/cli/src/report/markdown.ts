import { markdownCode, markdownText, printable, printableLines } from '@portolan/core'
import type { Block } from './block.ts'

/** The document as Markdown, as GitHub and GitLab read it. Names out of the cluster stay text, whatever is in them. */
export function markdownOf(blocks: Block[]): string {
  return `${blocks
    .map(markdownBlock)
    .filter((text) => text !== '')
    .join('\n\n')}\n`
}

function markdownBlock(block: Block): string {
  switch (block.kind) {
    case 'title':
      return `# ${escaped(block.text)}`
    case 'heading':
      return `## ${escaped(block.text)}`
    case 'subheading':
      return `### ${escaped(block.text)}`
    case 'paragraph':
      return escaped(block.text)
    case 'list':
      return block.items.map((item) => `- ${escaped(item)}`).join('\n')
    case 'table':
      return tableOf(block)
    case 'command':
      return markdownCode('sh', printable(block.text))
    case 'diff':
      return markdownCode('diff', printableLines(block.text))
    case 'picture':
      return ''
  }
}

function tableOf({ head, rows, numbers }: Extract<Block, { kind: 'table' }>): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  const rule = head.map((_, index) => (numbers.includes(index) ? '---:' : '---'))
  return [line(head), line(rule), ...rows.map((row) => line(row.map(escaped)))].join('\n')
}

function escaped(text: string): string {
  return markdownText(printable(text))
}
