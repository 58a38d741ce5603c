/** Whether a file's name has one of the endings (`csv`, `csv.gz`), whatever their case; every name has none. */
export function hasEnding(name: string, endings: readonly string[]): boolean {
  const lower = name.toLowerCase()
  return endings.length === 0 || endings.some((ending) => lower.endsWith(`.${ending.toLowerCase()}`))
}

/** The endings in words: `.csv, .tsv or .jsonl`. */
export function endingsText(endings: readonly string[]): string {
  const dotted = endings.map((ending) => `.${ending}`)
  return dotted.length < 2 ? dotted.join('') : `${dotted.slice(0, -1).join(', ')} or ${dotted.at(-1)}`
}
