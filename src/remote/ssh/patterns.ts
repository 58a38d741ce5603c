/**
 * Whether a name is matched by patterns of ssh_config(5): `*` and `?`, and `!` before one that must not match. Upper and lower case
 * are alike unless it is `exact`. Without a regular expression, so that no pattern takes long.
 */
export function matchesAny(patterns: readonly string[], name: string, { exact = false } = {}): boolean {
  const plain = (text: string) => (exact ? text : text.toLowerCase())
  const fits = (pattern: string) => fitsPattern(plain(pattern), plain(name))
  if (patterns.some((pattern) => pattern.startsWith('!') && fits(pattern.slice(1)))) return false
  return patterns.some((pattern) => !pattern.startsWith('!') && fits(pattern))
}

/** Greedy, with one place to go back to: the last star. */
function fitsPattern(pattern: string, name: string): boolean {
  let at = 0
  let star = -1
  let kept = 0
  let next = 0
  while (next < name.length) {
    if (pattern[at] === '*') {
      star = at++
      kept = next
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === name[next])) {
      at++
      next++
    } else if (star >= 0) {
      at = star + 1
      next = ++kept
    } else return false
  }
  while (pattern[at] === '*') at++
  return at === pattern.length
}
