export interface Template {
  id: string
  title: string
  /** what it answers, a sentence */
  words: string
}

export const templates: readonly Template[] = [
  {
    id: 'widths',
    title: 'How few bits',
    words: 'Finds the narrowest widths that hold the accuracy of the float model.',
  },
  {
    id: 'calibration',
    title: 'What calibration changes',
    words: 'Compares calibration sets of different composition over paired draws.',
  },
  { id: 'noise', title: 'Under noise', words: 'Measures widths on clean input and on input with typing errors.' },
  { id: 'recipes', title: 'Recipe against recipe', words: 'Compares ways of quantizing at the same widths.' },
]
