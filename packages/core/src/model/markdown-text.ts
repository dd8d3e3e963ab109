/** Text that stays text in Markdown, as GitHub and GitLab read it: it mentions nobody, and no issue. */
export function markdownText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*[\]|~]/g, String.raw`\$&`)
    .replaceAll(/:(?=\/\/)|(?<=\bwww)\./gi, String.raw`\$&`)
    .replace(/^\s*(?:[#>+=-]|\d+(?=[.)](?:\s|$)))/, (begin) =>
      /\d$/.test(begin) ? `${begin}\\` : begin.replace(/.$/, String.raw`\$&`),
    )
    .replaceAll(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, String.raw`\_`)
    .replaceAll(/@(?=\w)|#(?=\d)/g, '$&<!-- -->')
}

/** A fence that is longer than any within the code. */
export function markdownCode(language: 'sh' | 'diff' | 'text', code: string): string {
  const fence = '`'.repeat([...code.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length + 1), 3))
  return `${fence}${language}\n${code.trimEnd()}\n${fence}`
}
