import { expect, test } from '@jest/globals'
import { bounded } from '../src/runner.ts'

test('Markdown that is too long is cut at a line, its open block is closed, and it says so', () => {
  const long = `# Title\n\n\`\`\`diff\n${'+ a line\n'.repeat(100)}\`\`\`\n`
  const cut = bounded(long, 300)
  expect(cut.length).toBeLessThanOrEqual(300)
  expect(cut).toMatch(/\+ a line\n```\n\nThe rest is in the log of the job\.\n$/)
  expect(bounded(long, 10_000)).toBe(long)
})
