import { medianOf } from '../statistics/moments.ts'
import type { WindowMark } from '../../shared/contract/liveProfile.ts'

/** What decides the marks of a window. */
export interface WindowSigns {
  median_us: number
  /** least clock of the core; null where the board does not say */
  lowestClock_hz: number | null
  highestClock_hz: number | null
  /** the board itself counted throttling in this window; null where it has no such count */
  throttled: boolean | null
  /** share of the time in which something else had the core */
  foreign: number | null
}

/** Beyond these a window is marked. */
export const markLimits = { clock: 0.05, median: 0.05, foreign: 0.01 } as const

/**
 * The marks of each window. A mark takes no sample away.
 *
 *     throttled   the board says so, or the clock fell more than 5 % below the highest of all windows
 *     noisy       the window's median lies more than 5 % from the median of all windows' medians
 *     foreign     more than 1 % of the window's time the processor did something else
 */
export function windowMarks(windows: readonly WindowSigns[]): WindowMark[][] {
  const clocks = windows.flatMap(({ highestClock_hz }) => highestClock_hz ?? [])
  const highest = clocks.length === 0 ? null : Math.max(...clocks)
  const middle = medianOf(windows.map(({ median_us }) => median_us))
  return windows.map((window) => marksOf(window, highest, middle))
}

function marksOf(window: WindowSigns, highest: number | null, middle: number): WindowMark[] {
  const { lowestClock_hz, throttled, median_us, foreign } = window
  const fell = highest !== null && lowestClock_hz !== null && lowestClock_hz < (1 - markLimits.clock) * highest
  const marks: WindowMark[] = []
  if (fell || throttled === true) marks.push('throttled')
  if (Math.abs(median_us - middle) > markLimits.median * middle) marks.push('noisy')
  if (foreign !== null && foreign > markLimits.foreign) marks.push('foreign')
  return marks
}
