import { dirname, relative, resolve, sep } from 'node:path'

/**
 * Imports go downward only: app → features → {api, shared}; api may use shared, shared stands alone, and no
 * feature knows another. The folders under src/ are the zones.
 */
const MAY_IMPORT = {
  '': ['', 'app', 'features', 'api', 'shared'], // main.ts
  app: ['app', 'features', 'api', 'shared'],
  features: ['api', 'shared'],
  api: ['api', 'shared'],
  shared: ['shared'],
}

const SOURCE = resolve(import.meta.dirname, '../src')

function place(file) {
  const parts = relative(SOURCE, file).split(sep)
  return { zone: parts.length > 1 ? parts[0] : '', feature: parts[0] === 'features' ? parts[1] : undefined }
}

export default {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const from = place(context.filename)
    const check = (node) => {
      const text = node.source?.value
      if (typeof text !== 'string' || !/^(@\/|\.)/.test(text)) return
      const target = text.startsWith('@/')
        ? resolve(SOURCE, text.slice(2))
        : resolve(dirname(context.filename), text)
      const to = place(target)
      if (to.zone === '..') return // tables that both languages run, beside the sources
      if (from.feature && to.feature === from.feature) return
      if (from.zone in MAY_IMPORT && !MAY_IMPORT[from.zone].includes(to.zone))
        context.report({
          node,
          message: `${from.feature ?? from.zone} may not import from ${to.feature ?? to.zone}.`,
        })
    }
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    }
  },
}
