import type { Answer, Contrast } from '../contract/results.ts'
import { valueWords, type PivotAxis, type RowsAndAnswers } from './axes.ts'
import { asSentence } from './cautions.ts'
import type { ChartOption, Figure } from './figure.ts'
import { counted, detectableText, digitsOfP, pointsEnds, pointsText, stepDigits } from './figures.ts'
import { familyColour, familySymbol, type Family, type Look } from './look.ts'
import { markOf, markSigns } from './marks.ts'
import { addPlot, band, drawn, emptyOption, numberAxis, roundSteps, textLook, words } from './pieces.ts'
import { cutText, longestQuestion, shownName } from './shownName.ts'

export interface Differences {
  question: string
  /** from 0; a question of many contrasts has several pages */
  page: number
}

/** Contrasts on a page. */
export const differencesOnPage = 40

const side = { left: 284, right: 196, head: 26, row: 24, twoLines: 38, foot: 40 }
/** Below this width the difference stands above its interval, and names have two lines. */
const narrow = { below: 600, left: 0.36, right: 132 }
/** Characters of a contrast's name that a line holds. */
const lineLength = 40
/** Pixels that a character of a name takes, about. */
const character = 6.6

/**
 * The differences that a question is about: point and interval against a line at 0, the margin of the smallest difference that matters in
 * grey. Null for a question without contrasts, or past its last page.
 */
export function differences(
  results: RowsAndAnswers,
  look: Look,
  { question: name, page }: Differences,
  width = 720,
): Figure | null {
  const answer = results.answers.find(({ question }) => question.name === name)
  const contrasts = answer?.contrasts.slice(page * differencesOnPage, (page + 1) * differencesOnPage) ?? []
  if (answer === undefined || contrasts.length === 0) return null
  const families = new Map(results.rows.map((row) => [row.model, row.family]))
  const option = emptyOption(look)
  const layout = layoutOf(contrasts, width)
  drawForest(option, look, answer, contrasts, families, layout)
  const pages = Math.ceil(answer.contrasts.length / differencesOnPage)
  return {
    name: 'differences',
    title: `Differences: ${shownName(name, longestQuestion)}${pages > 1 ? `, ${page + 1} of ${pages}` : ''}`,
    caption: [answer.sentence, testWords(answer), levelWords(contrasts)]
      .filter((text) => text !== '')
      .map((text) => cutText(text, 400)),
    notes: answer.limits.map((text) => cutText(text, 200)),
    keys: [],
    words: `Differences of accuracy in points. ${contrasts.map((one) => `${contrastName(one)}: ${figureWords(one)}.`).join(' ')}`,
    table: {
      head: [
        'contrast',
        'difference, points',
        'interval',
        'p',
        'p corrected',
        'pairs',
        'detectable, points',
        'verdict',
      ],
      rows: contrasts.map((one) => [
        contrastName(one),
        one.difference === null ? 'none' : pointsText(one.difference),
        intervalWords(one),
        pWords(one.p),
        pWords(one.pCorrected),
        one.pairs.toLocaleString('en'),
        one.detectable === null ? 'cannot be said' : detectableText(one.detectable),
        verdictWords[one.verdict],
      ]),
    },
    width,
    height: side.head + contrasts.length * layout.rowHeight + side.foot,
    option,
  }
}

export const verdictWords: Record<Contrast['verdict'] | Answer['verdict'], string> = {
  held: 'held',
  'not-held': 'not held',
  undecided: 'undecided',
  'not-testable': 'not testable',
  identical: 'identical by construction',
  depends: 'depends on what',
  waiting: 'not yet: cells are missing',
}

const testNames: Record<Answer['question']['test'], string> = {
  mcnemar: 'McNemar mid-p',
  'mcnemar-exact': 'McNemar exact',
  'sign-flip': 'sign-flip permutation',
  wilcoxon: 'Wilcoxon signed-rank',
  tost: 'two one-sided tests',
}
const corrections: Record<Answer['question']['correct'], string> = {
  holm: 'Holm',
  'benjamini-hochberg': 'Benjamini-Hochberg',
  'benjamini-yekutieli': 'Benjamini-Yekutieli',
  none: 'no correction',
}

/** Test, unit, n, correction, margin, smallest detectable difference: what stands beside a verdict. */
export function testWords({ question, contrasts }: Answer): string {
  const pairs = contrasts.map((one) => one.pairs)
  const detectable = contrasts.flatMap((one) => (one.detectable === null ? [] : [one.detectable]))
  const [low, high] = [Math.min(...pairs), Math.max(...pairs)]
  const parts = [
    testNames[question.test],
    `unit ${question.unit}`,
    ...(pairs.length === 0
      ? []
      : [low === high ? counted(low, 'pair') : `${low.toLocaleString('en')} to ${counted(high, 'pair')}`]),
    question.correct === 'none' ? 'no correction' : `${corrections[question.correct]}${familyWords(contrasts)}`,
    `margin ${Number((question.smallest * 100).toPrecision(3))} points`,
    ...(contrasts.length === 0 ? [] : [detectableWords(detectable)]),
  ]
  return asSentence(parts)
}

/** Contrasts that were corrected together: those that could be tested. */
function familyWords(contrasts: readonly Contrast[]): string {
  const tested = contrasts.filter(({ pCorrected }) => pCorrected !== null).length
  if (tested === 0) return ''
  return ` over ${tested === contrasts.length ? '' : `${tested.toLocaleString('en')} of `}${counted(contrasts.length, 'contrast')}`
}

function detectableWords(detectable: readonly number[]): string {
  if (detectable.length === 0) return 'smallest detectable difference cannot be said'
  const ends = [...new Set([Math.min(...detectable), Math.max(...detectable)].map(detectableText))]
  return `smallest detectable difference ${ends.join(' to ')} points at power 0.8`
}

/** What is compared, in what: `gen, W4 A4 C4: one − balanced`. */
export function contrastName(contrast: Contrast): string {
  const [place, compared] = nameParts(contrast)
  return place === '' ? compared : `${place}: ${compared}`
}

function nameParts({ within, value, against }: Contrast): [place: string, compared: string] {
  const places = (Object.entries(within) as [PivotAxis, string][]).map(([axis, text]) =>
    shownName(valueWords(axis, text), 19),
  )
  return [places.join(', '), `${shownName(value, 19)} − ${shownName(against, 19)}`]
}

/** As a table under `p` has it: `0.009`, `< 0.001`. */
export function pWords(p: number | null): string {
  if (p === null) return 'no test'
  return p < 0.001 ? '< 0.001' : p.toFixed(digitsOfP(p, 3))
}

/** As a sentence has it: `p = 0.009`, `p < 0.001`. */
export function pSaid(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p = ${pWords(p)}`
}

function figureWords(contrast: Contrast): string {
  const figure = contrast.difference === null ? 'no difference measured' : pointsText(contrast.difference)
  return `${figure}, ${intervalWords(contrast)}, ${verdictWords[contrast.verdict]}`
}

export function intervalWords({ interval }: Contrast): string {
  if (interval === null) return 'no interval'
  // Ends that are close need as many digits as the difference that stands beside them.
  const isNarrow = interval.high - interval.low < 0.015
  return pointsEnds(interval.low, interval.high, isNarrow ? 2 : 1)
}

/** The level of what is drawn; a sentence on equivalence goes by narrower intervals. */
export function levelWords(contrasts: readonly Contrast[]): string {
  const levels = new Set(contrasts.flatMap(({ interval }) => (interval === null ? [] : [interval.level])))
  return levels.size === 0
    ? ''
    : `Drawn: ${[...levels].map((level) => `${Number((level * 100).toPrecision(4))} %`).join(', ')} intervals.`
}

interface Layout {
  width: number
  /** of the names, and of the figures */
  left: number
  right: number
  rowHeight: number
  /** names have two lines */
  isTwoLines: boolean
  /** the difference stands above its interval */
  isStacked: boolean
}

function layoutOf(contrasts: readonly Contrast[], width: number): Layout {
  const isStacked = width < narrow.below
  const isTwoLines = isStacked || contrasts.some((one) => contrastName(one).length > lineLength)
  const lines = contrasts.flatMap((one) => (isTwoLines ? nameParts(one) : [contrastName(one)]))
  const most = isStacked ? Math.round(width * narrow.left) : side.left
  return {
    ...{ width, isTwoLines, isStacked, rowHeight: isTwoLines ? side.twoLines : side.row },
    left: Math.min(most, Math.max(...lines.map((line) => line.length)) * character + 24),
    right: isStacked ? narrow.right : side.right,
  }
}

function drawForest(
  option: ChartOption,
  look: Look,
  answer: Answer,
  contrasts: readonly Contrast[],
  families: ReadonlyMap<string, Family>,
  layout: Layout,
): void {
  const { width, left, right, rowHeight, isStacked } = layout
  const margin = answer.question.smallest
  const ends = contrasts.flatMap(({ difference, interval }) =>
    [difference, interval?.low ?? null, interval?.high ?? null].filter((one) => one !== null),
  )
  const steps = roundSteps(Math.min(-2 * margin, ...ends), Math.max(2 * margin, ...ends), isStacked ? 3 : 5)
  const range = [steps[0] ?? -1, steps.at(-1) ?? 1] as const
  const digits = stepDigits(steps)
  const box = { left, top: side.head, width: width - left - right, height: contrasts.length * rowHeight }
  const x = {
    ...numberAxis(look, 'foot', range, {
      values: steps,
      text: (step) => (step === 0 ? '0' : pointsText(step, digits)),
    }),
    name: 'difference, points',
    nameLocation: 'middle',
    nameGap: 22,
    nameTextStyle: textLook(look),
  }
  const y = {
    ...numberAxis(look, 'side', [contrasts.length, 0], { values: [], text: () => '' }),
    min: 0,
    max: contrasts.length,
    inverse: true,
    splitLine: { show: false },
  }
  const plot = addPlot(option, box, x, y)
  option.series.push(
    band(
      plot,
      [-margin, margin].map((at) => ({ x: at, low: 0, high: contrasts.length })),
      look.colour('sunken'),
    ),
    drawn(
      plot,
      [0],
      2,
      () => [0, 0],
      (_, place) => upright(place(0, 0), place(0, contrasts.length), look.colour('ref')),
    ),
    forestSeries(plot, look, contrasts, families),
  )
  option.graphic.push(
    ...(isStacked
      ? [words(look, 'difference, interval', { x: width - right + 10, y: 12 })]
      : [
          words(look, 'difference', { x: width - right + 62, y: 12, align: 'right' }),
          words(look, 'interval', { x: width - right + 72, y: 12 }),
        ]),
  )
  contrasts.forEach((one, index) =>
    option.graphic.push(...rowWords(look, answer, one, side.head + (index + 0.5) * rowHeight, layout)),
  )
}

function upright([x1, y1]: [number, number], [x2, y2]: [number, number], stroke: string) {
  return { type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke, fill: 'none', lineWidth: 1 } }
}

function familyOf({ within, value }: Contrast, families: ReadonlyMap<string, Family>): Family | null {
  return families.get(within.model ?? '') ?? families.get(value) ?? null
}

function forestSeries(plot: number, look: Look, contrasts: readonly Contrast[], families: ReadonlyMap<string, Family>) {
  const items = contrasts.flatMap((contrast, index) =>
    contrast.difference === null ? [] : [{ contrast, y: index + 0.5, x: contrast.difference }],
  )
  return drawn(
    plot,
    items,
    4,
    ({ x, y }) => [x, y],
    ({ contrast, x, y }, place) => {
      const family = familyOf(contrast, families)
      const colour = family === null ? look.colour('ink') : familyColour(look, family)
      const style = { stroke: colour, fill: 'none', lineWidth: 1.25 }
      const [left, middle] = place(x, y)
      const line = (x1: number, y1: number, x2: number, y2: number) => ({
        type: 'line',
        silent: true,
        shape: { x1, y1, x2, y2 },
        style,
      })
      const ends =
        contrast.interval === null ? [] : [place(contrast.interval.low, y)[0], place(contrast.interval.high, y)[0]]
      const [low, high] = ends
      const whisker =
        low === undefined || high === undefined
          ? []
          : [line(low, middle, high, middle), ...[low, high].map((end) => line(end, middle - 3, end, middle + 3))]
      return { type: 'group', children: [...whisker, markShape(family, left, middle, colour)] }
    },
  )
}

function markShape(family: Family | null, x: number, y: number, fill: string) {
  const style = { fill, stroke: 'none' }
  if (family === null || familySymbol(family) === 'circle')
    return { type: 'circle', silent: true, shape: { cx: x, cy: y, r: 3.5 }, style }
  return {
    type: 'polygon',
    silent: true,
    shape: {
      points: [
        [x, y - 4.5],
        [x + 4.5, y],
        [x, y + 4.5],
        [x - 4.5, y],
      ],
    },
    style,
  }
}

function rowWords(
  look: Look,
  { question }: Answer,
  contrast: Contrast,
  y: number,
  { left, width, right: room, isTwoLines, isStacked }: Layout,
) {
  const mark = markOf(contrast, question.test)
  const right = width - room
  const [place, compared] = nameParts(contrast)
  const nameWords = isTwoLines
    ? [
        words(look, compared, { x: 0, y: y - 8, size: 12, tone: 'ink-2', width: left - 8 }),
        words(look, place, { x: 0, y: y + 8, tone: 'ink-3', width: left - 8 }),
      ]
    : [words(look, contrastName(contrast), { x: 0, y, size: 12, tone: 'ink-2', width: left - 8 })]
  const value = contrast.difference === null ? verdictWords[contrast.verdict] : pointsText(contrast.difference)
  const [first, second] = isStacked
    ? [
        { x: right + 10, y: y - 8 },
        { x: right + 10, y: y + 8 },
      ]
    : [
        { x: right + 62, y, align: 'right' as const },
        { x: right + 72, y },
      ]
  return [
    ...nameWords,
    words(look, value, { ...first, mono: true, tone: 'ink' }),
    words(look, intervalWords(contrast), { ...second, mono: true, tone: 'ink-2' }),
    ...(mark === null
      ? []
      : [
          words(look, markSigns[mark], {
            x: width - 4,
            y: first.y,
            align: 'right',
            mono: true,
            tone: 'ink',
            size: 12,
            weight: 500,
          }),
        ]),
  ]
}
