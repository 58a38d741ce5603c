import type { Readable } from 'node:stream'

export interface OutputRules {
  /** the line after which the output begins */
  word: string
  /** what may come before it */
  noiseBytes: number
  /** shared by the streams of one command */
  bound: { left: number; passed: () => void }
  /** takes the bytes as they come, instead of `bytes` */
  onBytes?: ((bytes: Uint8Array) => void) | undefined
}

/** Collects what a stream says after the launcher's word, within bounds; what passes them is dropped. */
export function outputAfter(
  stream: Readable,
  { word, noiseBytes, bound, onBytes }: OutputRules,
): { bytes: () => Buffer } {
  const kept: Buffer[] = []
  const mark = Buffer.from(`${word}\n`)
  let before: Buffer | null = Buffer.alloc(0)
  const take = (bytes: Buffer) => {
    if (bytes.length === 0) return
    bound.left -= bytes.length
    if (bound.left < 0) bound.passed()
    else if (onBytes === undefined) kept.push(bytes)
    else onBytes(bytes)
  }
  stream.on('data', (bytes: Buffer) => {
    if (before === null) return take(bytes)
    before = Buffer.concat([before, bytes])
    const at = before.indexOf(mark)
    if (at >= 0) {
      const rest = before.subarray(at + mark.length)
      before = null
      take(rest)
    } else if (before.length > noiseBytes) {
      bound.passed()
      before = Buffer.alloc(0)
    }
  })
  return { bytes: () => Buffer.concat(kept) }
}
