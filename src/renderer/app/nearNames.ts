/** What stands behind a name that was typed: 0 the name itself, then its beginning, a word's beginning, a part, its letters in order. */
function rankOf(name: string, sought: string): number | null {
  if (name === sought) return 0
  if (name.startsWith(sought)) return 1
  const at = name.indexOf(sought)
  if (at > 0) return /[\p{L}\p{N}]/u.test(name[at - 1] ?? '') ? 3 : 2
  return hasInOrder(name, sought) ? 4 : null
}

function hasInOrder(name: string, sought: string): boolean {
  let at = 0
  for (const sign of sought) {
    at = name.indexOf(sign, at) + 1
    if (at === 0) return false
  }
  return true
}

/** Least changes of one sign that make one text of another (Levenshtein), no further than `most`. */
function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same))
    }
    row = next
  }
  return row[b.length] ?? 0
}

/** Letters without marks, so that `prufung` finds `Prüfung`. */
function plain(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim()
}

/**
 * The things whose name is near to what was typed, the nearest first; equal ones stay in their order. Where none has its letters, a name
 * with one or two wrong signs is found too.
 */
export function nearest<T>(things: readonly T[], typed: string, nameOf: (thing: T) => string, most = 50): T[] {
  const sought = plain(typed)
  if (sought === '') return things.slice(0, most)
  const ranked = things.flatMap((thing) => {
    const rank = rankOf(plain(nameOf(thing)), sought)
    return rank === null ? [] : [{ thing, rank }]
  })
  const found = ranked.length > 0 || sought.length < 3 ? ranked : misspelt(things, sought, nameOf)
  return found
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ thing }) => thing)
}

function misspelt<T>(things: readonly T[], sought: string, nameOf: (thing: T) => string): { thing: T; rank: number }[] {
  const most = sought.length < 6 ? 1 : 2
  return things.flatMap((thing) => {
    const words = plain(nameOf(thing)).split(/[^\p{L}\p{N}]+/u)
    const rank = Math.min(...words.map((word) => distance(word, sought, most)))
    return rank <= most ? [{ thing, rank }] : []
  })
}
