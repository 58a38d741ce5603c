/** How long boards are waited for. */
export interface BoardPatience {
  /** for each server on the way in */
  connect_ms: number
  /** between signs of life of a line; three without an answer, and it counts as cut */
  keepalive_ms: number
  /** a board program that says nothing for so long hangs */
  silence_ms: number
  /** before each new connection to a board whose line was lost; the last is long enough for a restart */
  pauses_ms: readonly number[]
}

/**
 * A program that times long texts on a slow core is silent through its warm-up, two passes over the timed texts: ten minutes are more than a second for each of 512 texts.
 */
export const usualPatience: BoardPatience = {
  connect_ms: 20_000,
  keepalive_ms: 15_000,
  silence_ms: 600_000,
  pauses_ms: [500, 3000, 15_000, 45_000],
}
