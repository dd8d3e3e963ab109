import { printable, printableLines } from '@portolan/core'
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
      return fenced('sh', printable(block.text))
    case 'diff':
      return fenced('diff', printableLines(block.text))
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
  return printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*[\]|~]/g, String.raw`\$&`)
    .replaceAll(/:(?=\/\/)|(?<=\bwww)\./gi, String.raw`\$&`)
    .replace(/^\s*(?:[#>+=-]|\d+(?=[.)]))/, (begin) =>
      /\d$/.test(begin) ? `${begin}\\` : begin.replace(/.$/, String.raw`\$&`),
    )
    .replaceAll(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, String.raw`\_`)
}

function fenced(language: 'sh' | 'diff', code: string): string {
  const fence = '`'.repeat([...code.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length + 1), 3))
  return `${fence}${language}\n${code.trimEnd()}\n${fence}`
}
