import { expect, test } from 'vitest'
import table from '../../../../tests/cases/check_in.json'
import { decide, type Facts } from './decide'

type Json = string | number | boolean | null | { [key: string]: Json }

/** Objects merge key by key, every other value replaces; and instants become milliseconds. */
function change(base: Json, patch: Json): Json {
  if (!isObject(base) || !isObject(patch)) return patch
  const merged = { ...base }
  for (const [key, value] of Object.entries(patch)) merged[key] = change(merged[key] ?? null, value)
  return merged
}

function withInstants(value: Json): Json {
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withInstants(part)]))
  return typeof value === 'string' && /^\d{4}-.*Z$/.test(value) ? Date.parse(value) : value
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null
}

const bases = table.bases as Record<string, Json>

test.each(table.cases)('$name', ({ base, change: patch, decision }) => {
  const facts = withInstants(change(bases[base] ?? null, patch as Json)) as unknown as Facts
  expect(decide(facts)).toEqual({ reason: null, late: false, weak: false, ...decision })
})
