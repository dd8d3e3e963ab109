import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'

/** Imported before a program, it writes the files that the program loaded to standard error, one a line. */
const loaded: string[] = []
registerHooks({
  load(url, context, next) {
    if (url.startsWith('file:')) loaded.push(fileURLToPath(url))
    return next(url, context)
  },
})
process.on('exit', () => void process.stderr.write(loaded.map((file) => `loaded ${file}\n`).join('')))
