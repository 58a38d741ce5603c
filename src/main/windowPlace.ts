import type { Place } from './settings.ts'

export interface Area {
  x: number
  y: number
  width: number
  height: number
}

/** What must be seen of a window's upper edge, so that it can be taken hold of. */
const handle = { width: 100, height: 40 }

/** The bounds of a window that stood so, where its upper edge still lies on one of the displays; else null, and the system chooses. */
export function boundsOn(place: Place | null, displays: readonly Area[]): Area | null {
  if (place === null) return null
  const { x, y, width, height } = place
  const edge = { x, y, width, height: handle.height }
  const isSeen = displays.some((display) => {
    const overlap = intersection(edge, display)
    return overlap.width >= Math.min(handle.width, width) && overlap.height >= handle.height / 2
  })
  return isSeen ? { x, y, width, height } : null
}

function intersection(a: Area, b: Area): { width: number; height: number } {
  return {
    width: Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x),
    height: Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y),
  }
}
