import type { EvaluationResult } from '../../src/shared/contract/evaluation.ts'
import { median, type BenchFile } from '../bench/record.ts'
import { floatNotes } from './floatNotes.ts'

type Figures = Pick<EvaluationResult, 'accuracy' | 'interval' | 'n' | 'macroF1' | 'nll' | 'classes' | 'classNames'>

/** One training and its evaluations. */
export interface FloatLine {
  section: string
  label: string
  dataset: string
  seed: number
  command: string
  training: {
    texts: number
    epochs: number
    bestEpoch: number
    steps: number
    devAccuracy: number | null
    duration_s: number
  }
  evaluations: ({ label: string } & Figures)[]
}

export interface FloatStudy {
  schema: 'bitgauge/study-float/1'
  machine: BenchFile['machine']
  lines: FloatLine[]
}

/** The page of float figures, from the file that `npm run study:float` writes. */
export function floatPage({ machine, lines }: FloatStudy): string {
  const sections = [...new Set(lines.map((line) => line.section))]
  return [
    '# Float models',
    '',
    'Written by `npm run study:float` from runs of the command line (`float.json`). AG News: 43,234 of the official 120,000 training rows, the',
    'last 3,000 as dev; all 7,600 test texts. R8: a tenth of its training rows as dev; all 2,189 test texts. The epoch is chosen on dev alone;',
    'the test split is opened after it. Accuracies in per cent with the 95 % interval by Wilson over the test texts of that one model; a mean over',
    'seeds has its least and greatest seed beside it, and three seeds carry no claim beyond these models.',
    `Machine: ${machine.cpu}, ${machine.logicalCores} logical cores, Node ${machine.node}.`,
    '',
    ...sections.flatMap((section) =>
      sectionOf(
        section,
        lines.filter((line) => line.section === section),
      ),
    ),
  ].join('\n')
}

function sectionOf(section: string, lines: FloatLine[]): string[] {
  return [
    `## ${section}`,
    '',
    '| model | seed | texts | best epoch | dev | test | macro-F1 | minutes of training |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...lines.map(row),
    '',
    ...means(lines),
    ...noise(lines),
    ...perClass(lines),
    ...notes(section),
  ]
}

function notes(section: string): string[] {
  const found = floatNotes[section] ?? []
  return found.length === 0 ? [] : [...found, '']
}

function row({ label, seed, training, evaluations }: FloatLine): string {
  const test = evaluations[0]
  const cells = [
    label,
    seed,
    training.texts,
    `${training.bestEpoch} of ${training.epochs}`,
    training.devAccuracy === null ? 'no dev split' : percent(training.devAccuracy),
    test === undefined ? 'not run' : withInterval(test),
    test === undefined ? 'not run' : percent(test.macroF1),
    (training.duration_s / 60).toFixed(1),
  ]
  return `| ${cells.join(' | ')} |`
}

/** Means over seeds, where a model has more than one. */
function means(lines: FloatLine[]): string[] {
  const labels = [...new Set(lines.map((line) => line.label))]
  const rows = labels.flatMap((label) => {
    const found = lines.filter((line) => line.label === label).flatMap((line) => line.evaluations.slice(0, 1))
    if (found.length < 2) return []
    const values = found.map((one) => one.accuracy)
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const range = `${percent(Math.min(...values))} to ${percent(Math.max(...values))}`
    return [
      `- ${label}: mean test accuracy ${percent(mean)} (${range}) over ${values.length} seeds; median ${percent(median(values))}`,
    ]
  })
  return rows.length === 0 ? [] : [...rows, '']
}

function noise(lines: FloatLine[]): string[] {
  const noisy = lines.filter((line) => line.evaluations.length > 1)
  const labels = [...new Set(noisy.flatMap((line) => line.evaluations.map((one) => one.label)))]
  if (labels.length === 0) return []
  return [
    `| noise in the test texts | seed | ${labels.join(' | ')} |`,
    `| --- | --- | ${labels.map(() => '---').join(' | ')} |`,
    ...noisy.map(({ label, seed, evaluations }) => {
      const cells = labels.map((name) => evaluations.find((one) => one.label === name))
      return `| ${label} | ${seed} | ${cells.map((one) => (one === undefined ? 'not run' : withInterval(one))).join(' | ')} |`
    }),
    '',
  ]
}

/** Per class where classes differ in size: recall says what an average hides. */
function perClass(lines: FloatLine[]): string[] {
  const unequal = lines.filter(({ dataset }) => dataset === 'r8')
  const names = unequal[0]?.evaluations[0]?.classNames ?? []
  if (names.length === 0) return []
  return [
    `| recall (F1) of a class | ${names.join(' | ')} |`,
    `| --- | ${names.map(() => '---').join(' | ')} |`,
    ...unequal.map(({ label, evaluations }) => {
      const classes = evaluations[0]?.classes ?? []
      return `| ${label} | ${classes.map((one) => `${share(one.recall)} (${share(one.f1)}), n ${one.support}`).join(' | ')} |`
    }),
    '',
  ]
}

function withInterval({ accuracy, interval }: Figures): string {
  return `${percent(accuracy)} (${percent(interval.low)} to ${percent(interval.high)})`
}

function percent(value: number): string {
  return (100 * value).toFixed(2)
}

function share(value: number | null): string {
  return value === null ? 'none' : percent(value)
}
