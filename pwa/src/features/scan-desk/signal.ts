/** A short sound and a shake beside the sign, for whoever looks at the person and not at the screen. */
import type { Tone } from '@/shared/ui/tone'

let audio: AudioContext | undefined

/** One rising pair of tones for good, one low tone for anything else: told apart without looking. */
export function signal(tone: Tone, withSound: boolean): void {
  const good = tone === 'good'
  // Browsers refuse both until the page was touched once; the sign says the same.
  navigator.vibrate?.(good ? 60 : [80, 60, 80])
  if (!withSound) return
  try {
    audio ??= new AudioContext()
    if (good) {
      beep(audio, 880, 0)
      beep(audio, 1320, 0.09)
    } else beep(audio, 220, 0, 0.25)
  } catch {
    // No sound on this device.
  }
}

function beep(context: AudioContext, hertz: number, after: number, length = 0.08): void {
  const tone = context.createOscillator()
  const volume = context.createGain()
  const start = context.currentTime + after
  tone.frequency.value = hertz
  volume.gain.setValueAtTime(0.15, start)
  volume.gain.exponentialRampToValueAtTime(0.001, start + length)
  tone.connect(volume).connect(context.destination)
  tone.start(start)
  tone.stop(start + length)
}
