import type { Readable } from 'node:stream'

export interface LastLines {
  add(stream: Readable): void
  text(): string
}

/** Keeps the last lines that some streams wrote, so that a crash can be explained in the log without keeping everything. */
export function lastLines(limit = 50, longest = 2000, onLine: (line: string) => void = () => {}): LastLines {
  const kept: string[] = []
  const keep = (line: string): void => {
    if (line === '') return
    const short = line.slice(0, longest)
    kept.push(short)
    if (kept.length > limit) kept.shift()
    onLine(short)
  }
  return {
    add: (stream) => collect(stream, longest, keep),
    text: () => kept.join('\n'),
  }
}

/** Node's readline would keep a line without an end in memory for ever; this cuts it. */
function collect(stream: Readable, longest: number, keep: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = (lines.pop() ?? '').slice(-longest)
    lines.forEach(keep)
  })
  stream.on('end', () => keep(rest))
}
