import type { RandomStream } from '../../random/randomStream.ts'

/** Leaves out words between blanks, each with its own fixed number; the word with the highest stays, so that no text becomes empty. */
export function dropWords(text: string, level: number, random: RandomStream): string {
  const parts = text.split(/(\s+)/)
  const draws = parts.map((part, place) => (part.trim() === '' ? -1 : random.uniformAt(place)))
  const last = Math.max(...draws)
  const kept: string[] = []
  for (let place = 0; place < parts.length; place += 2) {
    const draw = draws[place] as number
    if (draw === -1 || (draw < level && draw !== last)) continue
    kept.push((kept.length === 0 ? '' : (parts[place - 1] ?? '')) + (parts[place] as string))
  }
  return kept.join('')
}
