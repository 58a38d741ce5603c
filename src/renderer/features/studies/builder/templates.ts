import { blockKey, inline } from './yamlText.ts'

/** What a template is filled in with. */
export interface TemplateFacts {
  name: string
  /** null: the home has none, and a small one is generated */
  dataset: { name: string; classes: readonly string[] } | null
}

/** The text of a new study. An id that there is not gives the smallest one. */
export function templateText(id: string | null, { name, dataset }: TemplateFacts): string {
  const { comment, grid, draws, compositions, recipes, questions } = partsOf(id, dataset?.classes ?? generatedClasses)
  return [
    `# ${comment}`,
    'bitgauge: study/1',
    `name: ${name}`,
    'seed: 1',
    `dataset: ${dataset === null ? generated : inline({ id: dataset.name })}`,
    'models:',
    '  disc: # reads a text and names its class',
    '    { family: discriminative, embedding: 64, hidden: 64, train: { epochs: 6, batch: 32, seeds: [1] } }',
    'calibration:',
    '  size: 256',
    `  draws: ${draws}`,
    '  labels: true',
    '  compositions:',
    ...Object.entries(compositions).map(([key, value]) => `    ${blockKey(key)}: ${inline(value)}`),
    `recipes: ${inline(recipes)}`,
    'grid:',
    ...Object.entries(grid).map(([key, value]) => `  ${key}: ${inline(value)}`),
    ...(questions.length === 0 ? [] : ['questions:', ...questions.map((question) => `  - ${inline(question)}`)]),
    '',
  ].join('\n')
}

const generated = '{ generate: { generator: maintenance-log, size: 4000, difficulty: 0.5, seed: 1 } }'
const generatedClasses = ['pump', 'motor']

interface Parts {
  comment: string
  grid: Record<string, unknown>
  draws: number
  compositions: Record<string, unknown>
  recipes: Record<string, unknown>
  questions: Record<string, unknown>[]
}

const noises = [
  { kind: 'none', level: 0 },
  { kind: 'qwerty', level: 0.05 },
  { kind: 'qwerty', level: 0.1 },
]

function partsOf(id: string | null, classes: readonly string[]): Parts {
  const usual = { draws: 1, compositions: { balanced: 'balanced' }, recipes: { ours: 'ours' }, questions: [] }
  const holds = { name: 'widths that hold', compare: 'bits', against: 'float', unit: 'text', test: 'tost' }
  switch (id) {
    case 'widths':
      return {
        ...usual,
        comment: 'Which widths hold the accuracy of the float model?',
        grid: { bits: [8, 6, 5, 4, 3, 2] },
        questions: [{ ...holds, within: ['model'], smallest: 0.01 }],
      }
    case 'calibration':
      return {
        ...usual,
        comment: 'Does it matter which texts the ranges are taken from?',
        draws: 12,
        compositions: {
          balanced: 'balanced',
          natural: 'natural',
          'one class': { [classes[0] ?? 'class']: 1 },
          'one left out': { leaveOut: classes[0] ?? 'class' },
        },
        grid: { bits: [8, 4, 3] },
        questions: [
          {
            ...{ name: 'composition matters', compare: 'composition', against: 'balanced', within: ['model', 'bits'] },
            ...{ unit: 'draw', test: 'sign-flip', smallest: 0.005 },
          },
        ],
      }
    case 'noise':
      return {
        ...usual,
        comment: 'How much of the accuracy is left where people mistype?',
        grid: { bits: [8, 4, 3], noise: noises },
        questions: [{ ...holds, within: ['model', 'noise'], smallest: 0.01 }],
      }
    case 'recipes':
      return {
        ...usual,
        comment: 'Which way of quantizing keeps more at the same widths?',
        recipes: { ours: 'ours', brevitas: 'brevitas-like' },
        grid: { bits: [8, 6, 4, 3] },
        questions: [
          {
            ...{ name: 'recipe matters', compare: 'recipe', against: 'ours', within: ['model', 'bits'] },
            ...{ unit: 'text', test: 'mcnemar', smallest: 0.005 },
          },
        ],
      }
    default:
      return { ...usual, comment: 'What this study is for.', grid: { bits: [8, 4] } }
  }
}
