import { compareWithPublished } from '../statistics/published.ts'
import { selectRows, isFloat, uniformWidth, withCleanInput, type Only } from '../../shared/charts/axes.ts'
import { asSentence } from '../../shared/charts/cautions.ts'
import { percentEnds, percentText } from '../../shared/charts/figures.ts'
import { plainText } from '../../shared/charts/shownName.ts'
import { summarize } from '../../shared/charts/summary.ts'
import type { Results, ResultRow } from '../../shared/contract/results.ts'
import { AppError } from '../../shared/errors.ts'
import type { Bits, Interval } from '../../shared/units.ts'
import { publishedSeries, type PublishedSeries } from './publishedFigures.ts'
import type { TextTable } from './textTable.ts'

/** One of the published series, and which of the study's rows are held against it. */
export interface PublishedRequest {
  protocol: PublishedSeries['protocol']
  data: PublishedSeries['data']
  family: PublishedSeries['family']
  algorithm: PublishedSeries['algorithm']
  composition: string
  /** model, recipe, composition and whatever else is not to be mixed */
  only: Only
}

export interface PublishedRow {
  /** `float`, or the width as it was published */
  bits: number | 'float'
  published: number
  /** mean over training seeds of each seed's mean over draws */
  measured: number | null
  /** where one more training run of ours is expected */
  interval: Interval | null
  /** whether the published figure may be such a run; `below`: it is lower */
  verdict: 'consistent' | 'below' | 'above' | 'not-testable' | 'not-measured'
  sentence: string
  /** what the comparison is limited by */
  limits: string[]
}

/**
 * Published figures against measured ones. A published figure is that of one training run: it is consistent where it lies in the prediction
 * interval for a new training run of ours. With one seed of ours there is no such interval, and nothing is decided.
 *
 * @throws AppError `not-found` for a series that nobody published, `input-invalid` where several models or recipes would be mixed
 */
export function publishedTable(results: Pick<Results, 'rows'>, request: PublishedRequest): PublishedRow[] {
  const series = findSeries(request)
  const only = withCleanInput({ ...request.only, family: [request.family] }, results.rows, [])
  const rows = selectRows(results.rows, only)
  assertOne(rows, 'model')
  assertOne(rows, 'recipe')
  assertOne(rows, 'composition')
  return series.figures.map(([bits, published]) =>
    rowOf(
      bits,
      published,
      rows.filter((row) => isPublishedWidth(row.bits, bits, series.protocol)),
      series.protocol,
    ),
  )
}

function findSeries(request: PublishedRequest): PublishedSeries {
  const keys = ['protocol', 'data', 'family', 'algorithm', 'composition'] as const
  const found = publishedSeries.find((series) => keys.every((key) => series[key] === request[key]))
  if (found !== undefined) return found
  throw new AppError('not-found', 'No such figures were published.', {
    expected: publishedSeries.map((series) => keys.map((key) => series[key]).join(' ')).join('; '),
    found: keys.map((key) => request[key]).join(' '),
  })
}

function assertOne(rows: readonly ResultRow[], axis: 'model' | 'recipe' | 'composition'): void {
  const values = [...new Set(rows.map((row) => row[axis]))].filter((value) => value !== null)
  if (values.length < 2) return
  throw new AppError('input-invalid', `Published figures are of one ${axis}; the rows have several.`, {
    expected: `one ${axis}`,
    found: values.slice(0, 5).join(', '),
    hint: `Choose one ${axis}.`,
  })
}

/** In `preprint-2025` the weights have the width and every activation eight bits; in `rewrite-2026` everything has it. */
function isPublishedWidth(bits: Bits, width: number | 'float', protocol: PublishedSeries['protocol']): boolean {
  if (width === 'float') return isFloat(bits)
  if (protocol === 'rewrite-2026') return uniformWidth(bits) === width
  const others = [bits.input, bits.hidden, bits.gates, bits.sigmoid, bits.tanh, bits.cell, bits.head]
  return bits.weights === width && others.every((other) => other === 8)
}

function rowOf(bits: number | 'float', published: number, rows: readonly ResultRow[], source: string): PublishedRow {
  if (rows.length === 0) {
    return {
      bits,
      published,
      measured: null,
      interval: null,
      verdict: 'not-measured',
      sentence: 'Not run.',
      limits: [],
    }
  }
  const bySeed = [...Map.groupBy(rows, (row) => row.seed).values()]
  const values = bySeed.map((group) => summarize(group, 'accuracy').value as number)
  const { verdict, interval, sentence, limits } = compareWithPublished({
    source,
    published,
    values,
    sameTrainingSet: false,
  })
  return { bits, published, measured: summarize(rows, 'accuracy').value, interval, verdict, sentence, limits }
}

/** As people read it. Where it was published, and that its training set is another one, stands in the caption. */
export function publishedTextTable(results: Results, request: PublishedRequest): TextTable {
  const series = findSeries(request)
  const rows = publishedTable(results, request)
  return {
    name: [
      'published',
      series.protocol,
      series.data,
      series.family,
      series.algorithm,
      ...(series.composition === 'balanced' ? [] : [series.composition]),
    ].join('-'),
    title: `Published against measured: ${series.protocol}, ${series.family}, ${series.algorithm === 'gpfq' ? 'GPFQ' : 'plain'}, accuracy, %`,
    caption: [
      `Published: ${series.source}; one training seed${series.trainTexts === null ? '' : `, trained on ${series.trainTexts.toLocaleString('en')} texts`}. Measured: data ${plainText(results.dataset.name)}; its training set is not the published one.`,
      'Interval: where one more training run of ours is expected, 95 % prediction interval. Consistent: the published figure lies in it.',
    ],
    stub: ['bits'],
    head: ['published', 'measured', 'verdict'],
    rows: rows.map(({ bits, published, measured, interval, verdict }) => ({
      stub: [
        bits === 'float'
          ? 'float'
          : series.protocol === 'rewrite-2026'
            ? `all sites ${bits}`
            : `weights ${bits}, activations 8`,
      ],
      cells: [
        { text: percentText(published) },
        measured === null
          ? { text: 'not run', absent: true }
          : {
              text: percentText(measured),
              second: interval === null ? 'no interval' : percentEnds(interval.low, interval.high),
            },
        { text: verdict.replace('-', ' ') },
      ],
    })),
    notes: [asSentence([...new Set(rows.flatMap(({ limits }) => limits))])].filter((note) => note !== ''),
  }
}
