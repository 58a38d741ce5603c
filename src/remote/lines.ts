import { StringDecoder } from 'node:string_decoder'

/** Gives the whole lines of bytes that come in pieces, without their ends; a last line without an end at `finish`. */
export function lineSplitter(onLine: (line: string) => void): { add: (bytes: Uint8Array) => void; finish: () => void } {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  const take = (text: string) => {
    // A line of a hundred megabytes is not looked through again for each of its pieces.
    if (!text.includes('\n')) return void (rest += text)
    const lines = (rest + text).split('\n')
    rest = lines.pop()!
    lines.forEach(onLine)
  }
  return {
    add: (bytes) => take(decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))),
    finish: () => {
      take(decoder.end())
      if (rest !== '') onLine(rest)
      rest = ''
    },
  }
}
