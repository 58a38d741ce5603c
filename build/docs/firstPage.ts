import { markdownTable } from '../../src/core/export/markdown.ts'
import { pivotTable } from '../../src/core/export/pivotTable.ts'
import { publishedTextTable, type PublishedRequest } from '../../src/core/export/published.ts'
import { pointsEnds, pointsText } from '../../src/shared/charts/figures.ts'
import { pivot, pivotRequestSchema } from '../../src/shared/charts/pivot.ts'
import type { Results } from '../../src/shared/contract/results.ts'
import type { BenchFile } from '../bench/record.ts'
import { firstNotes } from './firstNotes.ts'

/** `evaluating_s` is the sum over cells; with two processes about half of it has passed. */
export interface StudyTime {
  cells: number
  evaluating_s: number
}

/** One of the studies, as its file has it. */
export interface FirstStudy {
  schema: 'bitgauge/study-first/1'
  machine: BenchFile['machine']
  time: StudyTime
  results: Results
}

/** The page of the first studies, from the files that `npm run study:first` writes, in their order. */
export function firstPage(studies: readonly FirstStudy[]): string {
  const sections = { 'first-ag-news': agNewsSections, 'first-r8': r8Sections, 'first-presets': presetSections }
  const named = new Map(studies.map((one) => [one.results.study.name, one]))
  const parts = Object.entries(sections).flatMap(([name, of]) => {
    const one = named.get(name)
    return one === undefined ? [`Not run: ${name}.`, ''] : of(one.results)
  })
  const machines = studies.map(
    ({ machine }) => `${machine.cpu}, ${machine.logicalCores} logical cores, Node ${machine.node}`,
  )
  const times = Object.fromEntries([...named].map(([name, { time }]) => [name, time]))
  return [
    '# The first studies',
    '',
    'Written by `npm run study:first` from `resources/studies/first-ag-news.yaml`, `first-r8.yaml` and `first-presets.yaml` (figures: `first/`).',
    `Machine: ${[...new Set(machines)].join('; ')}.`,
    '',
    ...firstNotes.start,
    ...timeTable(times),
    '',
    ...parts,
  ].join('\n')
}

function agNewsSections(results: Results): string[] {
  return [
    '## AG News: eight bits beside float',
    '',
    ...eightBits(results),
    ...firstNotes.eightBits,
    '## AG News: accuracy against bits',
    '',
    ...table(results, ['model', 'composition'], ['bits'], 'accuracy'),
    ...firstNotes.bits,
    '## AG News: noise',
    '',
    ...table(results, ['model', 'noise'], ['bits'], 'accuracy', { composition: ['balanced'] }),
    ...firstNotes.noise,
    '## AG News: questions',
    '',
    ...answers(results),
  ]
}

function r8Sections(results: Results): string[] {
  return [
    '## R8: eight bits beside float',
    '',
    ...eightBits(results),
    '## R8: accuracy and macro-F1 against bits',
    '',
    ...table(results, ['model', 'composition'], ['bits'], 'accuracy'),
    ...table(results, ['model', 'composition'], ['bits'], 'macroF1'),
    ...firstNotes.r8,
    '## R8: noise',
    '',
    ...table(results, ['model', 'noise'], ['bits'], 'accuracy', { composition: ['natural'] }),
    '## R8: questions',
    '',
    ...answers(results),
  ]
}

function presetSections(results: Results): string[] {
  return [
    '## The published protocols',
    '',
    ...table(results, ['model', 'recipe', 'composition'], ['bits'], 'accuracy', { seed: ['1'] }),
    ...published(results),
    ...firstNotes.published,
  ]
}

function timeTable(times: Readonly<Record<string, StudyTime>>): string[] {
  return [
    '| study | cells | minutes of evaluating, summed over cells |',
    '| --- | --- | --- |',
    ...Object.entries(times).map(
      ([name, { cells, evaluating_s }]) => `| ${name} | ${cells} | ${(evaluating_s / 60).toFixed(0)} |`,
    ),
  ]
}

function table(
  results: Results,
  rows: readonly string[],
  columns: readonly string[],
  value: 'accuracy' | 'macroF1',
  only: Record<string, string[]> = {},
): string[] {
  const request = pivotRequestSchema.parse({ rows, columns, value, only, best: 'none' })
  return [markdownTable(pivotTable(pivot(results, request), results), [])]
}

/** Each calibration draw of our default recipe at eight bits against float: what the issue of a recipe's soundness turns on. */
function eightBits({ rows }: Results): string[] {
  const found = rows.filter(
    (row) =>
      row.bits.label === 'W8 A8 C8' && row.noise.level === 0 && row.difference !== null && row.agreement !== null,
  )
  return [
    '| model | composition | draw | float minus 8 bits, points | 95 % interval, paired | agreement with float, % | n |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...found.map(({ model, composition, draw, difference, agreement, n }) => {
      const { value, interval } = difference!
      const cells = [
        ...[model, composition, draw, pointsText(-value, 2)],
        `${pointsEnds(-interval.high, -interval.low, 2)} (${interval.method})`,
        ...[(100 * agreement!).toFixed(2), n],
      ]
      return `| ${cells.join(' | ')} |`
    }),
    '',
  ]
}

function answers({ answers }: Results): string[] {
  return answers.flatMap(({ question, verdict, sentence, limits, contrasts }) => [
    `**${question.name}**: ${verdict}. ${[sentence, ...limits].join(' ')}`,
    '',
    ...contrasts.map((contrast) => `- ${contrast.verdict}: ${contrast.sentence}`),
    '',
  ])
}

function published(results: Results): string[] {
  const requests = (['discriminative', 'generative'] as const).flatMap((family): PublishedRequest[] => [
    {
      ...{ protocol: 'rewrite-2026', data: 'ag-news', family, algorithm: 'plain', composition: 'balanced' },
      only: { recipe: ['rewrite-2026'], composition: ['balanced'] },
    },
    {
      ...{ protocol: 'preprint-2025', data: 'ag-news', family, algorithm: 'gpfq', composition: 'balanced' },
      only: { recipe: ['preprint-2025'], composition: ['balanced'] },
    },
  ])
  return requests.map((request) => markdownTable(publishedTextTable(results, request), []))
}
