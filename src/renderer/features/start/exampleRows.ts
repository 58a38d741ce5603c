import type { ResultRow } from '../../../shared/contract/results.ts'
import type { Width } from '../../../shared/units.ts'

/** Texts of the test split that every figure below stands on. */
const n = 7600

/** Accuracy with its Wilson interval at each width of all groups; from docs/studies/first.md, AG News, balanced set, draw 0. */
const measured: Readonly<Record<ResultRow['family'], readonly [Width, number, number, number, boolean][]>> = {
  discriminative: [
    ['float', 0.89066, 0.88344, 0.89748, false],
    [8, 0.89026, 0.88304, 0.89709, false],
    [6, 0.89237, 0.8852, 0.89914, false],
    [4, 0.87329, 0.86562, 0.88058, false],
    [3, 0.54092, 0.5297, 0.5521, false],
  ],
  generative: [
    ['float', 0.89618, 0.88913, 0.90284, false],
    [8, 0.89592, 0.88885, 0.90259, false],
    [6, 0.89553, 0.88845, 0.9022, false],
    [4, 0.89368, 0.88655, 0.90042, true],
    [3, 0.89368, 0.88655, 0.90042, true],
  ],
}

const deadSignal = {
  code: 'signal-dead',
  message: 'A signal was 0 at every step of every text: nothing behind it depends on the text.',
  subject: 'site',
}

/** What a study gives, for those who have none yet: rows of one that is published with the program. */
export function exampleRows(): ResultRow[] {
  return (Object.keys(measured) as ResultRow['family'][]).flatMap((family) =>
    measured[family].map(([width, accuracy, low, high, inDoubt], index) => {
      const label = width === 'float' ? 'Wfloat Afloat Cfloat' : `W${width} A${width} C${width}`
      const isFloat = width === 'float'
      return {
        id: `${family}-${index}`,
        ...{
          model: family === 'discriminative' ? 'reads' : 'writes',
          family,
          seed: 1,
          recipe: isFloat ? null : 'ours',
          bits: bitsOf(width, label),
        },
        ...{ composition: isFloat ? null : 'balanced', draw: isFloat ? null : 0, shift: null },
        ...{ noise: { kind: 'none' as const, level: 0 }, split: 'test' as const, n, accuracy },
        interval: { low, high, level: 0.95, method: 'wilson' },
        ...{ macroF1: accuracy, nll: null, ece: 0, agreement: null, difference: null, recalls: [], confusion: [] },
        ...{ model_bytes: 0, duration_s: 0, warnings: inDoubt ? [deadSignal] : [] },
      }
    }),
  )
}

function bitsOf(width: Width, label: string): ResultRow['bits'] {
  const all = { weights: width, input: width, hidden: width, gates: width }
  return { ...all, sigmoid: width, tanh: width, cell: width, head: width, label }
}
