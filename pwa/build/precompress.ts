import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import type { Plugin } from 'vite'

/** Puts a brotli copy beside every text file, so that the server has nothing to compress while it answers. */
export function precompress(): Plugin {
  let outDir = ''
  return {
    name: 'guiyan:precompress',
    apply: 'build',
    configResolved: (config) => void (outDir = config.build.outDir),
    // After the list of files to keep on the phone: the copies are not on it.
    closeBundle() {
      for (const entry of readdirSync(outDir, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !/\.(js|css|html|svg|webmanifest)$/.test(entry.name)) continue
        const file = join(entry.parentPath, entry.name)
        const plain = readFileSync(file)
        const small = brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })
        if (small.length < plain.length) writeFileSync(`${file}.br`, small)
      }
    },
  }
}
