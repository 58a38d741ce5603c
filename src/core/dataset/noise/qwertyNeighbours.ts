/**
 * The keys that touch each key of a US QWERTY keyboard, letters and digits alone. Rows stand half a key apart, so that a key touches
 * two keys of the row above, two below and its neighbours left and right.
 */
const rows = ['1234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm']

export const qwertyNeighbours: ReadonlyMap<string, string> = new Map(
  rows.flatMap((row, at) => [...row].map((key, column) => [key, neighboursOf(at, column)] as const)),
)

function neighboursOf(row: number, column: number): string {
  const key = (r: number, c: number): string => rows[r]?.[c] ?? ''
  const sides = key(row, column - 1) + key(row, column + 1)
  const above = key(row - 1, column) + key(row - 1, column + 1)
  const below = key(row + 1, column - 1) + key(row + 1, column)
  return sides + above + below
}

/** The neighbour that `word` (a random 32-bit number) picks, in the case of the character; undefined where the key has none. */
export function neighbourOf(character: string, word: number): string | undefined {
  const lower = character.toLowerCase()
  const neighbours = qwertyNeighbours.get(lower)
  if (neighbours === undefined) return undefined
  const neighbour = neighbours[Math.floor((word / 0x1_0000_0000) * neighbours.length)] as string
  return character === lower ? neighbour : neighbour.toUpperCase()
}
