import { correction, generate } from 'lean-qr'

export interface QrDrawing {
  /** Modules on one side, with the quiet zone. */
  size: number
  /** The dark modules as one SVG path, a run of each row at a time. */
  path: string
}

const QUIET = 4

/**
 * Our codes are an address and then digits: lean-qr packs the digits in numeric mode behind the text, which keeps the
 * live card at 53 modules where one mode for all would need 79.
 */
export function drawQr(text: string, level: 'L' | 'M' | 'Q'): QrDrawing {
  const code = generate(text, {
    minCorrectionLevel: correction[level],
    maxCorrectionLevel: correction[level],
  })
  let path = ''
  for (let y = 0; y < code.size; y++)
    for (let x = 0; x < code.size; x++) {
      const from = x
      while (code.get(x, y)) x++
      if (x > from) path += `M${from + QUIET} ${y + QUIET}h${x - from}v1h${from - x}z`
    }
  return { size: code.size + 2 * QUIET, path }
}
