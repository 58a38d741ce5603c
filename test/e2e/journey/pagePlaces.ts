/** Pages by what a reader calls them, and the letter that goes there after G. */
export const pagePlaces = {
  start: { title: 'Start', letter: 'h' },
  datasets: { title: 'Datasets', letter: 'd' },
  models: { title: 'Models', letter: 'm' },
  calibration: { title: 'Calibration', letter: 'c' },
  studies: { title: 'Studies', letter: 's' },
  results: { title: 'Results', letter: 'r' },
  exports: { title: 'Exports', letter: 'e' },
} as const

export type PageName = keyof typeof pagePlaces
