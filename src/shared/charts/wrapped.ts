/** Lines no wider than `width`; a word that is wider by itself is parted. */
export function wrapped(text: string, width: number, measure: (text: string) => number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (measure(longer) <= width) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    line = word
    while (measure(line) > width && line.length > 1) {
      const parts = Array.from(line)
      let fits = parts.length
      while (fits > 1 && measure(parts.slice(0, fits).join('')) > width) fits -= 1
      lines.push(parts.slice(0, fits).join(''))
      line = parts.slice(fits).join('')
    }
  }
  return line === '' ? lines : [...lines, line]
}

/** Widths of characters in ems, a little more than those of the fonts here. */
const kinds: readonly (readonly [RegExp, number])[] = [
  [/[\u1100-\uffff]/, 1],
  [/[MW@%—]/, 0.95],
  [/[mw]/, 0.88],
  [/[ijl.,:;'|!()[\] ]/, 0.32],
  [/[frt1-]/, 0.42],
  [/[A-Z0-9_]/, 0.66],
]

/** About how wide a text is, the same wherever it is asked: what measures itself differs from machine to machine. */
export function roughWidth(text: string, size: number): number {
  const each = Array.from(text, (one) => kinds.find(([kind]) => kind.test(one))?.[1] ?? 0.58)
  return size * each.reduce((sum, width) => sum + width, 0)
}

/** A text in at most so many lines, the last of which may be too long. */
export function broken(text: string, width: number, size: number, most: number): string {
  const lines = wrapped(text, width, (part) => roughWidth(part, size))
  if (lines.length <= most) return lines.join('\n')
  const first = lines.slice(0, most - 1)
  const end = first.reduce((at, line) => text.indexOf(line, at) + line.length, 0)
  return [...first, text.slice(end).trimStart()].join('\n')
}
