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
const factsOf = (one: { base: string; change: unknown }) =>
  withInstants(change(bases[one.base] ?? null, one.change as Json)) as unknown as Facts

test.each(table.cases)('$name', (one) => {
  expect(decide(factsOf(one))).toEqual({ reason: null, late: false, weak: false, ...one.decision })
})

test('no two cases have the same facts, or the same name', () => {
  const seen = new Map<string, string>()
  for (const one of table.cases) {
    const facts = JSON.stringify(sorted(factsOf(one) as unknown as Json))
    expect(`${one.name} = ${seen.get(facts)}`).toBe(`${one.name} = undefined`)
    seen.set(facts, one.name)
  }
  expect(new Set(seen.values()).size).toBe(table.cases.length)
})

function sorted(value: Json): Json {
  if (!isObject(value)) return value
  const parts = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(parts.map(([key, part]) => [key, sorted(part)]))
}
