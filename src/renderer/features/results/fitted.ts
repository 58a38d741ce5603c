import type { Figure, Key } from '../../../shared/charts/figure.ts'
import { saidHeight } from '../../charts/notesRoom.ts'

/** Pixels of a plot: as it is drawn where nobody asks, and the ends between which it is fitted. */
const plot = { usual: 190, least: 72, most: 480 }
/** Pixels left free below a drawing. */
const free = 6
/** As the frame of a figure sets its keys, about. */
const keys = { mark: 46, character: 6.4, row: 18, gap: 8 }

/**
 * The figure as high as the room there is: its plots become lower, so that the axis below them is seen without scrolling, or higher, as long as
 * the lines below it stay in sight. Its notes, and a caption that is long, stand below it where there is room for all.
 *
 * @param draw with a height of its plots, in pixels
 */
export function fitted(draw: (height?: number) => Figure | null, width: number, room: number): Figure | null {
  const usual = draw()
  if (usual === null || room <= 0) return usual
  const left = room - usual.height - heightOf(usual.keys, width) - 8 - saidHeight(usual, width, room)
  if (left >= 0 && left <= free) return usual
  const wanted = plot.usual + (left < 0 ? left : left - free)
  const height = Math.round(Math.min(plot.most, Math.max(plot.least, wanted)))
  return height === plot.usual ? usual : draw(height)
}

function heightOf(shown: readonly Key[], width: number): number {
  let rows = shown.length === 0 ? 0 : 1
  let left = 0
  for (const { label } of shown) {
    const needed = keys.mark + label.length * keys.character
    if (left > 0 && left + needed > width) {
      rows += 1
      left = 0
    }
    left += needed
  }
  return rows === 0 ? 0 : rows * keys.row + keys.gap
}
