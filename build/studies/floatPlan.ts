/** One line of a table: a training, and the evaluations of what came of it. */
export interface Plan {
  section: string
  /** what tells this line from the others of its section but for the seed */
  label: string
  dataset: 'ag-news' | 'r8'
  seed: number
  train: readonly string[]
  evaluations: readonly { label: string; args: readonly string[] }[]
}

export const clean = { label: 'clean', args: [] as readonly string[] }
const noisy = ['0.02', '0.05', '0.1', '0.2', '0.3'].map((level) => ({
  label: `qwerty ${level}`,
  args: ['--noise', `qwerty:${level}`],
}))

const discriminative = ['--family', 'discriminative', '--epochs', '6']
const dropped = [...discriminative, '--noise', 'word-drop:0.4:1']
const generative = (epochs: number): string[] => ['--family', 'generative', '--epochs', String(epochs)]
const seeds = [1, 2, 3]

/** The questions about float models, in the order of what they cost. The same training is named twice and done once. */
export function floatPlan(): Plan[] {
  return [
    ...seeds.map((seed) => agNews('AG News', 'discriminative', seed, discriminative, [clean, ...noisy])),
    ...seeds.map((seed) => agNews('AG News', 'discriminative, word-drop 0.4 in training', seed, dropped, [clean])),
    agNews(
      'Noise in training',
      'discriminative, qwerty 0.1 in half of the texts',
      1,
      [...discriminative, '--noise', 'qwerty:0.1:0.5'],
      [clean, ...noisy],
    ),
    ...['none', 'balanced'].map((weights) => r8(weights)),
    ...[400, 1000, 2500, 5000, 10_000, 20_000].flatMap((rows) => dataSize(rows)),
    ...seeds.map((seed) =>
      agNews('AG News, generative', 'generative', seed, generative(3), seed === 1 ? [clean, ...noisy] : [clean]),
    ),
  ]
}

function agNews(
  section: string,
  label: string,
  seed: number,
  train: readonly string[],
  evaluations: Plan['evaluations'],
): Plan {
  return { section, label, dataset: 'ag-news', seed, train, evaluations }
}

function r8(weights: string): Plan {
  const train = [...discriminative, '--epochs', '12', '--class-weights', weights]
  return {
    section: 'R8',
    label: `discriminative, class weights ${weights}`,
    dataset: 'r8',
    seed: 1,
    train,
    evaluations: [clean],
  }
}

/** Few rows need more epochs: each training sees at least about 40,000 texts, and dev chooses among the epochs. */
function dataSize(rows: number): Plan[] {
  const epochs = Math.max(6, Math.min(40, Math.ceil(40_000 / rows)))
  const subset = ['--rows', String(rows), '--rows-seed', '1']
  const families = [
    ['discriminative', ['--family', 'discriminative', '--epochs', String(epochs)]],
    ['generative', generative(rows <= 2500 ? 10 : 4)],
  ] as const
  return families.map(([family, train]) =>
    agNews('Rows of training', `${family}, ${rows} rows`, 1, [...train, ...subset], [clean]),
  )
}
