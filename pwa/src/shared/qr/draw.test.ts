import decode from 'qr/decode.js'
import { expect, test } from 'vitest'
import { drawQr } from './draw'

/** Paints the path the way a browser would, four pixels a module. */
function paint({ size, path }: ReturnType<typeof drawQr>) {
  const scale = 4
  const width = size * scale
  const data = new Uint8ClampedArray(width * width * 4).fill(255)
  for (const [, x = 0, y = 0, run = 0] of [...path.matchAll(/M(\d+) (\d+)h(\d+)/g)].map((m) => m.map(Number)))
    for (let row = y * scale; row < (y + 1) * scale; row++)
      data.subarray((row * width + x * scale) * 4, (row * width + (x + run) * scale) * 4).fill(0)
  return { width, height: width, data }
}

const digits = (count: number) => Array.from({ length: count }, (_, i) => (i * 7 + 3) % 10).join('')

test.each([
  ['event', 51, 'L', 29],
  ['static card', 192, 'M', 45],
  ['live card', 447, 'L', 53],
] as const)('a %s code is as small as designed, and reads back', (_name, count, level, modules) => {
  const text = `https://guiyan.example.cn/v#${digits(count)}`
  const drawing = drawQr(text, level)
  expect(drawing.size - 8).toBeLessThanOrEqual(modules)
  expect(decode(paint(drawing))).toBe(text)
})
