/** From pictures to text: hands frames to the worker, one at a time. */
import type { Frame } from './decode.worker'

export interface Reader {
  frame(source: CanvasImageSource, width: number, height: number): Promise<string | undefined>
  photo(file: Blob): Promise<string | undefined>
  close(): void
}

const FRAME_PATIENCE_MS = 120
const PHOTO_PATIENCE_MS = 1500
/** A photo is tried at several sizes: what blurs at one is plain at another. */
const PHOTO_SIZES = [1400, 900, 2000]

export function openReader(): Reader {
  const worker = new Worker(new URL('./decode.worker.ts', import.meta.url), { type: 'module' })
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d', { willReadFrequently: true })

  /** What is being read; the worker's answers do not say to which picture they belong. */
  let turn: Promise<unknown> = Promise.resolve()
  function read(source: CanvasImageSource, width: number, height: number, patienceMs: number) {
    const text = turn.then(() => ask(source, width, height, patienceMs))
    turn = text
    return text
  }

  function ask(source: CanvasImageSource, width: number, height: number, patienceMs: number) {
    canvas.width = width
    canvas.height = height
    if (!context || width === 0 || height === 0) return Promise.resolve(undefined)
    context.drawImage(source, 0, 0, width, height)
    const { data } = context.getImageData(0, 0, width, height)
    return new Promise<string | undefined>((resolve) => {
      worker.onmessage = ({ data: text }: MessageEvent<string | undefined>) => resolve(text)
      worker.postMessage({ width, height, data, patienceMs } satisfies Frame, [data.buffer])
    })
  }

  return {
    frame: (source, width, height) => read(source, width, height, FRAME_PATIENCE_MS),
    async photo(file) {
      const picture = await createImageBitmap(file)
      for (const size of PHOTO_SIZES) {
        const scale = Math.min(1, size / Math.max(picture.width, picture.height))
        const [width, height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)]
        const text = await read(picture, width, height, PHOTO_PATIENCE_MS)
        if (text !== undefined) return text
      }
      return undefined
    },
    close: () => worker.terminate(),
  }
}
