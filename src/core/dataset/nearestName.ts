/** The name that is fewest single-character edits away, where that is at most two fifths of the longer one's length; else undefined. */
export function nearestName(wanted: string, names: readonly string[]): string | undefined {
  let best: { name: string; distance: number } | undefined
  for (const name of names) {
    const distance = editDistance(wanted.toLowerCase(), name.toLowerCase())
    if (distance > Math.ceil(0.4 * Math.max(wanted.length, name.length))) continue
    if (best === undefined || distance < best.distance) best = { name, distance }
  }
  return best?.name
}

/** Levenshtein's distance. Past 200 characters names are taken as unlike. */
function editDistance(a: string, b: string): number {
  if (a.length > 200 || b.length > 200) return a === b ? 0 : Number.POSITIVE_INFINITY
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1))
    }
    row = next
  }
  return row[b.length] as number
}
