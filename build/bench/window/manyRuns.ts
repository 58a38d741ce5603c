import { createHash } from 'node:crypto'
import { ulid } from 'ulid'
import { completeBits } from '../../../src/shared/contract/quantizationRules.ts'
import { recipePresets } from '../../../src/core/quantization/recipes.ts'
import { recipeSchema } from '../../../src/shared/contract/quantizationRules.ts'
import { tango } from '../../../src/core/statistics/intervals/tango.ts'
import { wilson } from '../../../src/core/statistics/wilson.ts'
import { cellVersions } from '../../../src/core/study/cellVersions.ts'
import { expandStudy, type PlacedCell } from '../../../src/core/study/expandStudy.ts'
import { readStudyOrThrow } from '../../../src/core/study/readStudy.ts'
import { studyFingerprint } from '../../../src/core/study/studyFingerprint.ts'
import { evaluationResultSchema } from '../../../src/shared/contract/evaluation.ts'
import { openStore, type NewRun } from '../../../src/store/index.ts'

/** The study behind the runs: 104,880 cells. */
const yaml = `bitgauge: study/1
name: hundred-thousand
seed: 1
dataset: { id: synthetic }
models:
  disc: { family: discriminative, train: { seeds: [1, 2, 3] } }
  gen: { family: generative, train: { seeds: [1, 2, 3] } }
calibration:
  size: 512
  draws: 13
  compositions:
    balanced: balanced
    natural: natural
    one: { World: 1 }
    two: { World: 1, Sports: 1 }
    three: { World: 1, Sports: 1, Business: 1 }
    tilted: { World: 4, Sports: 2, Business: 1, Sci/Tech: 1 }
    reversed: { World: 1, Sports: 1, Business: 2, Sci/Tech: 4 }
recipes: { ours: ours, preprint: preprint-2025, brevitas: brevitas-like }
grid:
  bits: [8, 7, 6, 5, 4, 3, 2, 16]
  noise:
    - { kind: none, level: 0 }
    - { kind: qwerty, level: 0.02 }
    - { kind: qwerty, level: 0.05 }
    - { kind: qwerty, level: 0.1 }
    - { kind: qwerty, level: 0.2 }
    - { kind: swap, level: 0.05 }
    - { kind: swap, level: 0.1 }
    - { kind: word-drop, level: 0.1 }
`

const classNames = ['World', 'Sports', 'Business', 'Sci/Tech']
const texts = 7600
const inOneWrite = 500

/**
 * Fills a home with the runs of a study of more than a hundred thousand cells, through the store as the program does. Nothing was measured: the
 * accuracies follow a formula of widths and noise with a binomial spread that depends on the cell alone, and there are no predictions beside
 * the runs. Gives the number of runs.
 */
export function fillHome(home: string, most = Number.POSITIVE_INFINITY): number {
  const store = openStore({ home, program: 'bitgauge bench' })
  try {
    const { study } = readStudyOrThrow(yaml, 'hundred-thousand.yaml')
    const cells = expandStudy(study).slice(0, most)
    const planned = { id: ulid(), name: study.name, fingerprint: studyFingerprint(study), yaml, folder: null }
    const dataset = { name: 'synthetic', fingerprint: fingerprintOf('synthetic'), classes: classNames }
    const made = { dataset, versions: cellVersions(), created: moment }
    const { id } = store.studies.plan({ ...planned, ...made }, cells, () => false)
    for (let from = 0; from < cells.length; from += inOneWrite) {
      const ends = cells.slice(from, from + inOneWrite).map((cell, index) => {
        const number = from + index
        return { number, runId: store.runs.put(runOf(cell, number)).run.id }
      })
      store.studies.finish(id, ends)
    }
    store.studies.update(id, { state: 'done', started: moment, ended: moment })
    return cells.length
  } finally {
    store.close()
  }
}

const moment = '2026-01-01T00:00:00.000Z'
const recipe = recipeSchema.parse(recipePresets.find(({ name }) => name === 'ours')?.settings)

function runOf({ cell, texts: words }: PlacedCell, number: number): NewRun {
  const model = `${cell.model}-${cell.seed}`
  const figures = figuresOf(cell, number)
  const quantized = cell.recipe === null ? null : quantizedAs(cell, number, figures.right)
  const result = {
    model: { id: idOf(1, 0), name: model, fingerprint: fingerprintOf(model) },
    family: cell.model === 'disc' ? 'discriminative' : 'generative',
    dataset: { name: 'synthetic', fingerprint: fingerprintOf('synthetic') },
    ...{ split: 'test', noise: cell.noise, shift: null, seed: 0 },
    ...figures,
    ...{ classNames, unknownShare: 0.05, quantization: quantized, duration_s: 1 },
    on: { device: 'cpu', threads: 1, tensorflow: '2.21.0' },
  }
  const id = idOf(2, number)
  const warnings =
    cell.bits.weights === 2
      ? [{ code: 'prediction-collapse', message: 'All texts have one class.', subject: model }]
      : []
  // What is stored must read as an evaluation: the first of them is looked at.
  if (number < inOneWrite)
    evaluationResultSchema.parse({ ...result, id, key: '0'.repeat(64), created: moment, warnings })
  return {
    ...{ id, stage: 'evaluation', stageVersion: 1, seed: 0, created: moment, duration_s: 1 },
    inputs: { dataset: fingerprintOf('synthetic'), model: fingerprintOf(model) },
    recipe: { cell: words },
    ...{ engine: 'bitgauge bench', kernel: null, machine: 'none: nothing was measured' },
    ...{ result, warnings, tags: [] },
  }
}

function figuresOf({ model, bits, noise, composition }: PlacedCell['cell'], number: number) {
  const width = bits.weights === 'float' ? 32 : bits.weights
  const narrow = 1 / (1 + Math.exp(-(width - (model === 'disc' ? 3.4 : 3)) * 2.2))
  const share = 0.25 + 0.67 * narrow * (1 - 1.6 * noise.level) - (composition === 'one' ? 0.01 : 0)
  const right = Math.round(texts * share + Math.sqrt(texts * share * (1 - share)) * normal(number))
  const accuracy = right / texts
  const wrong = Math.round((texts - right) / 12)
  const each = texts / classNames.length
  const row = (truth: number) => classNames.map((_, predicted) => (predicted === truth ? each - 3 * wrong : wrong))
  const figure = { support: each, predicted: each, precision: accuracy, recall: accuracy, f1: accuracy }
  return {
    ...{ n: texts, right, accuracy, interval: wilson(right, texts), macroF1: accuracy },
    classes: classNames.map(() => figure),
    confusion: classNames.map((_, truth) => row(truth)),
    histogram: classNames.map(() => each),
    nll: 1.4 - 1.1 * accuracy,
    calibration: { ece: 0.02 + 0.05 * (1 - accuracy), method: 'equal-width-15', bins: [] },
    scoring: { form: 'direct', guarded: 0, offsetRange: null, guardPossible: false },
  }
}

function quantizedAs({ bits, composition, draw, model, seed }: PlacedCell['cell'], number: number, right: number) {
  const floatRight = Math.round(texts * 0.92)
  const secondOnly = Math.max(0, floatRight - right) + 40
  const table = { both: floatRight - secondOnly, firstOnly: right - floatRight + secondOnly, secondOnly, neither: 0 }
  const whole = { ...table, neither: texts - table.both - table.firstOnly - secondOnly }
  const signal = { count: 1_000_000, min: -1, max: 1, distinct: 200, atEnds: 0.001 }
  const sites = ['input', 'gate-i', 'gate-f', 'gate-g', 'gate-o', 'cell', 'hidden', 'head-input', 'head-output']
  return {
    run: idOf(3, number),
    fingerprint: fingerprintOf(`${model} ${seed} ${bits.label} ${composition} ${draw}`),
    bytes: Math.round(4_700_000 * ((bits.weights === 'float' ? 32 : bits.weights) / 32)),
    ...{ recipe, bits: completeBits(bits.weights, recipe) },
    calibration: {
      ...{ profile: fingerprintOf('profile'), set: fingerprintOf(`set ${composition} ${draw}`) },
      ...{ composition: 'balanced', size: 512, seed: 1, draw: draw ?? 0, labels: 'true' },
    },
    signals: [Object.fromEntries(sites.map((site) => [site, signal]))],
    float: {
      ...{ run: idOf(2, 0), accuracy: floatRight / texts, agreement: Math.max(0, 1 - (2 * secondOnly) / texts) },
      difference: { value: (right - floatRight) / texts, interval: tango(whole) },
    },
  }
}

function fingerprintOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}

/** A ULID whose order is that of `number`. */
function idOf(kind: number, number: number): string {
  return `01KAF${kind}${String(number).padStart(20, '0')}`
}

/** A number of mean 0 and variance about 1 that depends on `number` alone: a sum of twelve uniform ones. */
function normal(number: number): number {
  const bytes = createHash('sha256').update(String(number)).digest()
  return Array.from({ length: 12 }, (_, at) => bytes.readUInt16LE(at * 2) / 65536).reduce((a, b) => a + b, 0) - 6
}
