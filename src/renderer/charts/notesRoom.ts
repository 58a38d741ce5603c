/** Pixels of room from which on notes stand below a drawing; where there is less, they open from the line below it. */
const least = 380
/** Pixels of a note's line, of the padding around all, and of a character, about. */
const size = { line: 16, around: 12, character: 6 }

/** Pixels that notes take below a drawing: none where they open from the line below it. */
export function notesHeight(notes: readonly string[], width: number, room: number): number {
  if (notes.length === 0 || !notesBelow(room)) return 0
  const lines = notes.map((note) => Math.max(1, Math.ceil((note.length * size.character) / Math.max(1, width))))
  return size.around + lines.reduce((sum, count) => sum + count, 0) * size.line
}

/** Whether there is room for notes below a drawing. */
export const notesBelow = (room: number): boolean => room >= least
