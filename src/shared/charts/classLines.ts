/** Pixels of a class' line: as it is drawn where nobody asks, the ends between which it is fitted, and what a name in two lines needs. */
const line = { usual: 28, least: 18, most: 40, two: 26 }

/** How high each of so many lines is so that all are in sight, and in how many lines a name stands; where they cannot be, they are as high as is read well. */
export function classLines(count: number, room: number): { height: number; lines: 1 | 2 } {
  if (room === Infinity) return { height: line.usual, lines: 2 }
  const fitting = Math.floor(room / count)
  const height = fitting < line.least ? line.two : Math.min(line.most, fitting)
  return { height, lines: height < line.two ? 1 : 2 }
}
