/** Words that not everybody knows, each in one sentence; shown by TermHint. */
export const glossary = {
  calibration: 'Running a sample of texts through the float model to choose the ranges that the quantizers will cover.',
  'calibration set': 'The texts, and how many of each class, that the ranges of the quantizers are taken from.',
  composition: 'The share of each class in a calibration set.',
  draw: 'One independent random selection of texts for the same composition; several show how much the selection matters.',
  seed: 'The number that the random choices follow from; the same seed gives the same result.',
  quantization:
    'Rounding weights and signals to a few evenly spaced levels, so that a model needs less memory and simpler arithmetic.',
  recipe: 'All the choices of a quantization: scales, granularity, calibrator, rounding and corrections.',
  width: 'How many bits a number takes: W for weights, A for signals, C for the cell state.',
  'per-channel': 'Each output row of a weight matrix has a scale of its own, in place of one for the whole matrix.',
  discriminative: 'A model that scores every class at once from one reading of the text.',
  generative: 'A model that asks under which class the text itself is likeliest, word by word.',
  interval: 'The range in which the true value lies in 95 of 100 repetitions of the measurement.',
  'mid-p':
    'An exact test that counts half of the probability of the observed outcome, because the exact test alone is too cautious.',
  'holm correction': 'Makes several tests together as strict as one, the most convincing first.',
  equivalence:
    'A test that shows that a difference is smaller than a margin named beforehand, which is more than not finding one.',
  'dead signal': 'A quantized signal that is the same for every text, so that the model no longer reads it.',
  verdict: 'What a declared question came to: held, not held, undecided or not testable.',
  fingerprint: 'A short code of the content; two things with the same fingerprint are the same.',
  bundle: 'One file with a study, its runs and what they need, for another machine or reader.',
  home: 'The folder that holds the store, its backups, the datasets and the models.',
  'test split': 'The texts that only an evaluation may read; each time is counted.',
} as const satisfies Record<string, string>

export type Term = keyof typeof glossary
