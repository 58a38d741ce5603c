import { stream } from '../random/randomStream.ts'

export interface DrawnRows {
  /** row numbers that may be drawn, in file order */
  rows: readonly number[]
  label: (row: number) => number
  /** rows of one group are drawn together: copies of one text */
  group: (row: number) => number
}

/**
 * Draws about `share` of the rows, class by class, whole groups at a time; a group belongs to the class of its first row. A class
 * with two groups or more gives at least one and keeps at least one.
 *
 * @param name labels the random stream, so that the draws for dev and test are independent
 * @returns the drawn rows
 */
export function drawSplit(rows: DrawnRows, share: number, seed: number, name: string): Set<number> {
  const drawn = new Set<number>()
  for (const [label, groups] of groupsByClass(rows)) {
    const total = groups.reduce((sum, group) => sum + group.length, 0)
    const wanted = groups.length < 2 ? 0 : Math.max(1, Math.round(share * total))
    const random = stream(seed, 'split', name, label)
    let taken = 0
    for (const group of random.shuffle(groups).slice(0, -1)) {
      if (taken >= wanted) break
      for (const row of group) drawn.add(row)
      taken += group.length
    }
  }
  return drawn
}

function groupsByClass({ rows, label, group }: DrawnRows): Map<number, number[][]> {
  const groups = new Map<number, number[]>()
  for (const row of rows) {
    const members = groups.get(group(row))
    if (members === undefined) groups.set(group(row), [row])
    else members.push(row)
  }
  const classes = new Map<number, number[][]>()
  for (const members of groups.values()) {
    const own = label(members[0] as number)
    const list = classes.get(own)
    if (list === undefined) classes.set(own, [members])
    else list.push(members)
  }
  return classes
}
