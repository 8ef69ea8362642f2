import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Plugin } from 'vite'

const PLACEHOLDER = '__PRECACHE__'

/**
 * Writes the list of everything in dist/ into sw.js, and a version that changes when any of it does. All of it
 * is kept on the phone: the whole application is smaller than one photograph.
 */
export function precacheList(): Plugin {
  let outDir = ''
  return {
    name: 'guiyan:precache-list',
    apply: 'build',
    configResolved: (config) => void (outDir = config.build.outDir),
    writeBundle() {
      const files = readdirSync(outDir, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== 'sw.js')
        .map((entry) => join(entry.parentPath, entry.name))
        .sort()
      const version = createHash('sha256')
      for (const file of files) version.update(file).update(readFileSync(file))
      const urls = files.map((file) => '/' + relative(outDir, file).replaceAll('\\', '/'))
      const list = { version: version.digest('hex').slice(0, 12), urls }

      const worker = join(outDir, 'sw.js')
      const code = readFileSync(worker, 'utf8')
      if (!code.includes(PLACEHOLDER)) throw new Error('sw.js has lost its precache placeholder')
      writeFileSync(worker, code.replace(PLACEHOLDER, JSON.stringify(list)))
    },
  }
}
