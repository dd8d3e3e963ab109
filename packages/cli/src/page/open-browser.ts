import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { escapeHtml } from '../report/escape-html.ts'
import { hasTool } from '../tools.ts'

/**
 * Opens an address in the browser of a person at a screen; does nothing where there is none. The address is in a file for
 * this user alone, since every user of the machine sees the words of a command.
 *
 * @returns what removes the file
 */
export function openBrowser(address: string, env: NodeJS.ProcessEnv, platform: NodeJS.Platform): () => void {
  const opener = openerOf(env, platform)
  if (opener === null) return () => {}
  const folder = mkdtempSync(join(tmpdir(), 'portolan-page-'))
  const file = join(folder, 'open.html')
  const text = `<!doctype html><meta http-equiv="refresh" content="0;url=${escapeHtml(address)}">\n`
  writeFileSync(file, text, { mode: 0o600 })
  // Where it does not open, the address that was printed does.
  spawn(opener, [file], { env, stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref()
  return () => rmSync(folder, { recursive: true, force: true })
}

function openerOf(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string | null {
  const [name, hasScreen] =
    platform === 'darwin' ? ['open', true] : ['xdg-open', Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY'])]
  return hasScreen && hasTool(name, env) ? name : null
}
