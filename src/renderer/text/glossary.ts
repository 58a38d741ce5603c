/** Words that not everybody knows, each in one sentence; shown by TermHint. */
export const glossary = {
  calibration: 'Running a sample of texts through the float model to choose the ranges that the quantizers will cover.',
  'calibration set': 'The texts, and how many of each class, that the ranges of the quantizers are taken from.',
  composition: 'The share of each class in a calibration set.',
  draw: 'One independent random selection of texts for the same composition; several show how much the selection matters.',
  'label handling':
    'Under which label a generative model reads a calibration text: its own, each class in turn, or none.',
  pairing:
    'Sets of one seed take their texts of a class from one order, so that a difference between them comes from the composition and not from the selection.',
  'activation profile': 'What the values at each place of a model were while it read a set of texts.',
  'clip range': 'The lowest and highest value that a quantizer can hold; what lies beyond is cut to its end.',
  wasserstein: 'How far the values of one set would have to be moved, on average, to be those of another.',
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
  accuracy: 'The share of texts that are given their right class; beside it the range that its interval spans.',
  agreement: 'The share of texts that get the same class from the float model, be it right or wrong.',
  flip: 'A text that is given another class than by the float model.',
  'macro-f1':
    'For each class the balance of how many of its texts are found and how many that are called so are right; then the mean, in which every class counts alike.',
  nll: 'How surprised a model is by the right class, on average: 0 where it was certain and right.',
  ece: 'How far what a model claims to be sure of lies from how often it is right, on average.',
  'against float': 'Accuracy less that of the float model on the same texts, in percentage points.',
  mcnemar:
    'Looks only at the texts that exactly one of two models gets right, and asks whether they fall to both alike.',
  'sign-flip':
    'Asks how often differences as large would come about if each could as well have had the other sign; it needs enough of them.',
  wilcoxon: 'A test of paired differences by their ranks, so that a single large one does not decide it.',
  'false discovery rate': 'Holds down how many of the differences that are called real are none.',
  margin: 'The largest difference that still counts as none, named before anything was measured.',
  'detectable difference': 'The smallest true difference that a test of this size finds in 8 of 10 cases.',
  unit: 'What was drawn at random and counts as one: a text, a draw of a calibration set, or a training seed.',
  contrast: 'One pair of figures that a question compares.',
  cell: 'One combination of a study’s axes: a model, quantized one way, measured on one input.',
  question: 'What a study is to decide, declared before its cells are there, with its test and its margin.',
  'latency percentile': 'The time that so many of a hundred inferences stayed at or below; p50 is the median.',
  window: 'One stretch of measuring after a pause. Windows that lie apart show that the board did not stay the same.',
  throughput: 'Texts in a second when many are worked off together, a batch at a time.',
  'peak memory': 'The most memory that the program held at once; net is what is left of it without an empty program.',
  'model file': 'The bytes of the file with the integers, packed at their width.',
  'program size':
    'The bytes of the program that runs the model on the board; net is what is left of them without an empty program.',
  equality:
    'What was promised of the board’s results against this machine’s: the same integers, the same floats, or floats within a tolerance.',
  governor: 'The rule by which the board’s system sets its clock; one that changes the clock spoils a measurement.',
  'front of accuracy': 'The line joins what nothing else beats in both: less time or size, and no less accuracy.',
  'dead signal': 'A quantized signal that is the same for every text, so that the model no longer reads it.',
  verdict: 'What a declared question came to: held, not held, undecided or not testable.',
  fingerprint: 'A short code of the content; two things with the same fingerprint are the same.',
  bundle: 'One file with a study, its runs and what they need, for another machine or reader.',
  home: 'The folder that holds the store, its backups, the datasets and the models.',
  'test split': 'The texts that only an evaluation may read; each time is counted.',
  leakage: 'Texts that stand in more than one split, so that a model is examined on what it has learned by heart.',
  'normalised text':
    'The text in lower case, without punctuation and with single blanks; copies that differ in nothing else count as the same.',
  vocabulary: 'The words that have a number of their own; every other word is read as one and the same unknown word.',
  'unknown share': 'How many of all words have no number of their own, so that the model cannot tell them apart.',
  split: 'One of the parts of a dataset: train to learn from, dev to choose by, test to measure on.',
  'conflicting text':
    'A text that carries different labels at different places, so that no model can be right on all of them.',
  'left out': 'Rows of the files that are not in the dataset, counted by reason.',
  'norm kept':
    'The length of all weights of an array as one vector, after quantization over before: 1 where nothing was lost.',
  percentile: 'The value that so many of a hundred texts stay at or below.',
  tokenizer: 'The rules by which a text is parted into words.',
  imbalance: 'How many times larger the largest class is than the smallest.',
  difficulty: 'The share of texts whose class no bag of words can tell, only their order or context.',
  hidden: 'The vector that an LSTM carries from word to word, and the size of its memory cell.',
  pooling: 'How the states of all words become the one vector that the classes are told from.',
  dropout:
    'The share of the text vector that is set to zero in each training step, so that the model leans on no single part.',
  head: 'The part of a model that turns its state into scores: of classes, or of the next word.',
  prior: 'How likely each class is held to be before the text is read.',
  epoch: 'One pass over all training texts.',
  batch: 'The texts that are read together before the weights move once.',
  'learning rate': 'How far the weights move in one step.',
  'weight decay': 'A pull of all weights towards zero, against learning by heart.',
  clipping: 'Shortening a gradient that is longer than a limit, so that one odd batch does not throw the weights far.',
  patience: 'How many epochs without a better one are waited for before training ends.',
  'class weights': 'How much an error on each class counts; by rarity, a class with few texts counts more.',
  'noise in training':
    'Typing errors put into some of the training texts, anew in each epoch, so that the model bears them later.',
  'dev accuracy':
    'The share of dev texts classified rightly in the epoch that was kept; because that epoch was chosen by it, it flatters a little.',
} as const satisfies Record<string, string>

export type Term = keyof typeof glossary
