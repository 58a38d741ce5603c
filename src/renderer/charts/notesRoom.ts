import type { Figure, Key } from '../../shared/charts/figure.ts'
import { roughWidth } from '../../shared/charts/wrapped.ts'

/** Pixels of room from which on notes stand below a drawing; where there is less, they open from the line below it. */
const least = 380
/** Pixels of a note's line, of the padding around all, and of a character, about; and its size. */
const size = { line: 16, around: 12, character: 6, text: 11 }
/** Pixels that the buttons of the foot take: that of the table, and that of the notes. */
const buttons = { table: 148, notes: 124 }

/** As the frame of a figure sets its keys, about. */
const key = { mark: 46, character: 6.4, row: 18, gap: 8 }

type Said = Pick<Figure, 'caption' | 'notes'>

/** Whether words have room in the line below a drawing, beside its buttons. */
export function fitsFoot(words: string, width: number, hasNotes: boolean): boolean {
  return roughWidth(words, size.text) <= width - buttons.table - (hasNotes ? buttons.notes : 0)
}

/** What stands below the drawing itself: notes, and a caption that the foot has no room for; nothing where there is little room. */
export function saidBelow({ caption, notes }: Said, width: number, room: number): Said {
  if (!notesBelow(room)) return { caption: [], notes: [] }
  return { caption: fitsFoot(caption.join(' '), width, false) ? [] : caption, notes }
}

/** Pixels that it takes. */
export function saidHeight(said: Said, width: number, room: number): number {
  const { caption, notes } = saidBelow(said, width, room)
  const lines = [...caption, ...notes].map((text) =>
    Math.max(1, Math.ceil((text.length * size.character) / Math.max(1, width))),
  )
  return lines.length === 0 ? 0 : size.around + lines.reduce((sum, count) => sum + count, 0) * size.line
}

/** Whether there is room for notes below a drawing. */
export const notesBelow = (room: number): boolean => room >= least

/** Pixels that the keys of a figure take above it. */
export function keysHeight(shown: readonly Key[], width: number): number {
  let rows = shown.length === 0 ? 0 : 1
  let left = 0
  for (const { label } of shown) {
    const needed = key.mark + label.length * key.character
    if (left > 0 && left + needed > width) {
      rows += 1
      left = 0
    }
    left += needed
  }
  return rows === 0 ? 0 : rows * key.row + key.gap
}

/** Whether a figure with what is said of it is in sight at once; else what is said opens from the foot. */
export function allInSight(figure: Figure, width: number, room: number): boolean {
  return figure.height + keysHeight(figure.keys, width) + 8 + saidHeight(figure, width, room) <= room
}
