/** Reads one frame at a time, off the main thread. */
import decodeQR from 'qr/decode.js'

export interface Frame {
  width: number
  height: number
  data: Uint8ClampedArray
  /** How long it may try: a photo deserves more patience than one frame of many. */
  patienceMs: number
}

declare const self: {
  onmessage: (event: MessageEvent<Frame>) => void
  postMessage(text: string | undefined): void
}

self.onmessage = ({ data: frame }: MessageEvent<Frame>) => {
  self.postMessage(read(frame))
}

function read({ width, height, data, patienceMs }: Frame): string | undefined {
  try {
    return decodeQR({ width, height, data }, { effort: 3, timeLimit: patienceMs })
  } catch {
    return undefined // no code in this frame
  }
}
