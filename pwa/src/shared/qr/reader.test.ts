import { expect, test, vi } from 'vitest'
import type { Frame } from './decode.worker'
import { openReader } from './reader'

/** A worker that takes its time, and reads a picture's width off it. */
class SlowWorker {
  onmessage: (event: { data: string }) => void = () => undefined
  postMessage({ width }: Frame): void {
    setTimeout(() => this.onmessage({ data: `code of ${width}` }), 5)
  }
  terminate(): void {}
}

test('a photo is answered with its own code, not with that of the frame before it', async () => {
  vi.stubGlobal('Worker', SlowWorker)
  vi.stubGlobal('createImageBitmap', async () => ({ width: 400, height: 300 }))
  const pixels = { drawImage: () => undefined, getImageData: () => ({ data: new Uint8ClampedArray(4) }) }
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(pixels as never)
  const reader = openReader()
  const frame = reader.frame(document.createElement('video'), 1280, 720)
  const photo = reader.photo(new Blob())
  expect(await photo).toBe('code of 400')
  expect(await frame).toBe('code of 1280')
})
