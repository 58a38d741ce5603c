import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/** sha256 of a file's content as 64 hexadecimal digits. `onBytes` hears how many bytes were read so far. */
export async function hashFile(path: string, signal?: AbortSignal, onBytes?: (done: number) => void): Promise<string> {
  const hash = createHash('sha256')
  let done = 0
  const stream = createReadStream(path, { highWaterMark: 1 << 20, ...(signal === undefined ? {} : { signal }) })
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk)
    done += chunk.length
    onBytes?.(done)
  }
  return hash.digest('hex')
}
