import type { Answer, Contrast } from '../contract/results.ts'
import { valueWords, type PivotAxis, type RowsAndAnswers } from './axes.ts'
import { intervalWords, pWords, testWords, verdictWords } from './differences.ts'
import type { ChartOption, Datum, Figure } from './figure.ts'
import { pointsText } from './figures.ts'
import type { Look } from './look.ts'
import { markOf, markSigns } from './marks.ts'
import { emptyOption, words } from './pieces.ts'
import { cutText, longestQuestion, shownName, shownNames } from './shownName.ts'

const side = { left: 220, head: 30, row: 38, cell: 2 }
const character = 6.6

/**
 * What a question came to, place by place: the sign of the verdict, and the difference in points below it. Lines are where it was asked, columns
 * what was compared. Null for a question without contrasts.
 */
export function significance(
  { answers }: Pick<RowsAndAnswers, 'answers'>,
  look: Look,
  { question: name }: { question: string },
  width = 720,
): Figure | null {
  const answer = answers.find(({ question }) => question.name === name)
  if (answer === undefined || answer.contrasts.length === 0) return null
  const { contrasts, question } = answer
  const lines = new Map(contrasts.map((contrast) => [placeKey(contrast), placeWords(contrast)]))
  const [keys, places] = [[...lines.keys()], [...lines.values()]]
  const values = [...new Set(contrasts.map(({ value }) => value))]
  const shown = shownNames(
    values.map((value) => valueWords(question.compare, value)),
    20,
  )
  const left = Math.min(side.left, Math.max(...places.map((place) => place.length), 8) * character + 12)
  const step = Math.min(120, (width - left) / values.length)
  const option = emptyOption(look)
  values.forEach((value, column) => {
    const text = shown.get(valueWords(question.compare, value)) ?? value
    option.graphic.push(
      words(look, text, {
        x: left + (column + 0.5) * step,
        y: side.head - 12,
        align: 'center',
        tone: 'ink-2',
        width: step - 4,
      }),
    )
  })
  places.forEach((place, line) =>
    option.graphic.push(
      words(look, place, { x: 0, y: side.head + (line + 0.5) * side.row, size: 12, tone: 'ink-2', width: left - 8 }),
    ),
  )
  const data = contrasts.map((contrast): Datum => {
    const at = { column: values.indexOf(contrast.value), line: keys.indexOf(placeKey(contrast)) }
    const box = {
      x: left + at.column * step,
      y: side.head + at.line * side.row,
      width: step - side.cell,
      height: side.row - side.cell,
    }
    drawCell(option, look, box, contrast, question.test)
    return {
      at: { plot: null, x: box.x + box.width / 2, y: box.y + box.height / 2, width: box.width, height: box.height },
      words: cutText(contrast.sentence, 300),
      place: { ...contrast.within, [question.compare]: contrast.value },
      ids: [],
    }
  })
  return {
    name: 'significance',
    title: `Verdicts: ${shownName(name, longestQuestion)}`,
    caption: [
      cutText(answer.sentence, 400),
      testWords(answer),
      `Each against ${shownName(String(question.against))}; differences in points.`,
    ],
    notes: answer.limits.map((limit) => cutText(limit, 200)),
    keys: [],
    words: `Verdicts. ${contrasts.map((one) => cutText(one.sentence, 200)).join(' ')}`,
    table: {
      head: ['where', 'compared', 'verdict', 'difference, points', 'interval', 'p corrected'],
      rows: contrasts.map((one) => [
        placeWords(one),
        shownName(one.value, 20),
        verdictWords[one.verdict],
        one.difference === null ? 'none' : pointsText(one.difference),
        intervalWords(one),
        pWords(one.pCorrected),
      ]),
    },
    data,
    width,
    height: side.head + places.length * side.row,
    option,
  }
}

/** Two places may have the same words once long names are cut. */
function placeKey({ within }: Contrast): string {
  return JSON.stringify(within)
}

function placeWords({ within }: Contrast): string {
  const parts = (Object.entries(within) as [PivotAxis, string][]).map(([axis, text]) =>
    shownName(valueWords(axis, text), 20),
  )
  return parts.length === 0 ? 'all cells' : parts.join(', ')
}

function drawCell(
  option: ChartOption,
  look: Look,
  shape: { x: number; y: number; width: number; height: number },
  contrast: Contrast,
  test: Answer['question']['test'],
): void {
  const mark = markOf(contrast, test)
  const centre = { x: shape.x + shape.width / 2, align: 'center' as const, mono: true }
  const middle = shape.y + shape.height / 2
  const style =
    mark === null ? { fill: 'none', stroke: look.colour('line'), lineDash: [3, 3] } : { fill: look.colour('sunken') }
  option.graphic.push({ type: 'rect', x: 0, y: 0, z: 1, silent: true, shape, style })
  option.graphic.push(
    words(look, mark === null ? verdictWords[contrast.verdict] : markSigns[mark], {
      ...centre,
      ...{
        mono: mark !== null,
        y: middle - 7,
        size: mark === null ? 11 : 13,
        tone: mark === null ? 'ink-3' : 'ink',
        weight: 500,
      },
    }),
    words(look, contrast.difference === null ? 'not measured' : pointsText(contrast.difference), {
      ...centre,
      y: middle + 8,
      size: 10,
      tone: 'ink-2',
    }),
  )
}
