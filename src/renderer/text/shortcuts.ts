import { pageNames, pagePlaces } from '../app/pages.ts'

export interface KeyGroup {
  title: string
  /** what is pressed, and what it does */
  keys: readonly (readonly [string, string])[]
}

/** Every key of the window, as the sheet of shortcuts shows it. */
export const keyGroups: readonly KeyGroup[] = [
  {
    title: 'Anywhere',
    keys: [
      ['Ctrl K', 'find, or run a command'],
      ['Ctrl Enter', 'do the page’s primary action'],
      ['F, Shift F', 'add a filter, clear the filters: on Results'],
      ['N', 'new: study, set, model or import of a dataset'],
      ['A, P', 'add a board, profile on it: on Boards'],
      ['T', 'charts as tables, and back; in one of them that one alone'],
      ['Esc', 'close the panel, a hint, a dialog'],
      ['?', 'this list'],
    ],
  },
  {
    title: 'Go to, after G',
    keys: pageNames.map((name) => [`G ${pagePlaces[name].letter.toUpperCase()}`, pagePlaces[name].title] as const),
  },
  {
    title: 'Tables, lists and charts',
    keys: [
      ['Arrows', 'move the selection, or the point in hand'],
      ['Home, End', 'first, last'],
      ['Enter', 'open the selection'],
      ['Space', 'mark for comparison'],
      ['C', 'compare what is marked'],
      ['1, 2, 3, 4', 'run, calibration set, predictions, what was moved'],
      ['[, ]', 'previous, next question'],
    ],
  },
  {
    title: 'Shares of a composition',
    keys: [
      ['Arrows', 'by 0.1 points'],
      ['Shift Arrows', 'by 1 point'],
      ['Page Up, Page Down', 'by 10 points'],
      ['L', 'lock the class'],
      ['=', 'even out the free classes'],
    ],
  },
]
