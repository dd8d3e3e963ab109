import type { Block } from './block.ts'
import { escapeHtml } from './escape-html.ts'
import { pictureOf } from './picture.ts'
import { STYLE } from './style.ts'

/** The document as one HTML file that loads nothing and runs nothing. */
export function htmlOf(blocks: Block[]): string {
  const title = blocks.find((block) => block.kind === 'title')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title?.kind === 'title' ? title.text : 'Portolan')}</title>
<style>${STYLE}</style>
</head>
<body>
${blocks.map(htmlBlock).join('\n')}
</body>
</html>
`
}

function htmlBlock(block: Block): string {
  switch (block.kind) {
    case 'title':
      return `<h1>${escapeHtml(block.text)}</h1>`
    case 'heading':
      return `<h2>${escapeHtml(block.text)}</h2>`
    case 'subheading':
      return `<h3>${escapeHtml(block.text)}</h3>`
    case 'paragraph':
      return `<p>${escapeHtml(block.text)}</p>`
    case 'list':
      return `<ul>\n${block.items.map((item) => `<li>${escapeHtml(item)}</li>`).join('\n')}\n</ul>`
    case 'table':
      return tableOf(block)
    case 'diff':
    case 'command':
      return `<pre><code>${escapeHtml(block.text)}</code></pre>`
    case 'picture':
      return `<figure class="wide" tabindex="0">${pictureOf(block.report)}</figure>`
  }
}

function tableOf({ head, rows, numbers }: Extract<Block, { kind: 'table' }>): string {
  const kind = (index: number) => (numbers.includes(index) ? ' class="number"' : '')
  const cells = (name: 'th' | 'td', row: string[]) =>
    `<tr>${row.map((cell, index) => `<${name}${kind(index)}>${escapeHtml(cell)}</${name}>`).join('')}</tr>`
  return `<div class="wide" tabindex="0"><table>\n<thead>${cells('th', head)}</thead>\n<tbody>\n${rows.map((row) => cells('td', row)).join('\n')}\n</tbody>\n</table></div>`
}
