import type { Figure } from '../../../shared/charts/figure.ts'
import { keysHeight, saidHeight } from '../../charts/notesRoom.ts'

/** Pixels of a plot: as it is drawn where nobody asks, and the ends between which it is fitted. */
const plot = { usual: 190, least: 72, most: 480 }
/** Pixels left free below a drawing. */
const free = 6

/**
 * The figure as high as the room there is: its plots become lower, so that the axis below them is seen without scrolling, or higher, as long as
 * the lines below it stay in sight. Its notes, and a caption that is long, stand below it where there is room for all.
 *
 * @param draw with a height of its plots, in pixels
 */
export function fitted(draw: (height?: number) => Figure | null, width: number, room: number): Figure | null {
  const usual = draw()
  if (usual === null || room <= 0) return usual
  const left = room - usual.height - keysHeight(usual.keys, width) - 8 - saidHeight(usual, width, room)
  if (left >= 0 && left <= free) return usual
  const below = Math.max(1, new Set(usual.option.grid.map(({ top }) => top)).size)
  const wanted = plot.usual + (left < 0 ? left : left - free) / below
  const height = Math.floor(Math.min(plot.most, Math.max(plot.least, wanted)))
  return height === plot.usual ? usual : draw(height)
}
