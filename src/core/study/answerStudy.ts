import { counted } from '../../shared/charts/figures.ts'
import type { Answer } from '../../shared/contract/results.ts'
import { axes, type Axis, type Question } from '../../shared/contract/studyRules.ts'
import type { Observation } from '../statistics/questions/observation.ts'
import { answerQuestion } from '../statistics/questions/answerQuestion.ts'
import { floatText, givenText, labelText } from './axes.ts'
import { heldFixed, speaksOfFloat, valuesOf } from './checkQuestions.ts'
import type { PlacedCell } from './expandStudy.ts'
import type { ResolvedStudy } from './resolveStudy.ts'

/** What is known of a finished cell. */
export interface MeasuredCell {
  accuracy: number
  n: number
  /** 1 where right, the same texts in the same order in every cell */
  right: () => Uint8Array
  /** of the model's file: cells that share it and their input are identical by construction */
  fingerprint: string
}

export type CellWithResult = PlacedCell & { measured: MeasuredCell | undefined }

/** Axes that a float model does not have. */
const quantizedAxes = ['recipe', 'bits', 'composition', 'draw'] as const

/** Answers one of a study's questions from its cells; it waits while one of the cells that it is about is not there. */
export function answerStudy(study: ResolvedStudy, question: Question, cells: readonly CellWithResult[]): Answer {
  const asked = cells.filter(isAskedBy(study, question))
  const missing = asked.filter(({ measured }) => measured === undefined).length
  if (missing > 0) return waiting(question, missing, asked.length)
  const observations = asked.map((cell) => observationOf(study, question, cell))
  const { name, compare, unit, test, correct, smallest } = question
  const answer = answerQuestion(
    {
      ...{ name, compare, unit, test, correct, smallest, seed: study.seed },
      against: givenText(study, compare, question.against),
      within: heldFixed(study, question),
    },
    observations,
  )
  return {
    question,
    missing,
    verdict: answer.verdict,
    sentence: answer.sentence,
    limits: answer.limits,
    contrasts: answer.contrasts.map((contrast) => {
      const {
        within,
        value,
        against,
        difference,
        interval,
        statistic,
        p,
        pCorrected,
        pairs,
        detectable,
        verdict,
        sentence,
      } = contrast
      return {
        within,
        value,
        against,
        difference,
        interval,
        statistic,
        p,
        pCorrected,
        pairs,
        detectable,
        verdict,
        sentence,
      }
    }),
  }
}

/** Float models belong to a question that names them, and stand there in each combination of what they do not have. */
function isAskedBy(study: ResolvedStudy, question: Question): (cell: PlacedCell) => boolean {
  const values = new Map(axes.map((axis) => [axis, new Set(valuesOf(study, question, axis))]))
  const withFloat = speaksOfFloat(study, question)
  const floatAxes = axes.filter((axis) => !(quantizedAxes as readonly Axis[]).includes(axis))
  return ({ cell, texts }) => {
    const float = cell.recipe === null
    if (float && !withFloat) return false
    return (float ? floatAxes : axes).every(
      (axis) => (axis === 'seed' && cell.seed === null) || values.get(axis)!.has(texts[axis]),
    )
  }
}

function observationOf(
  study: ResolvedStudy,
  question: Question,
  { cell, texts, measured }: CellWithResult,
): Observation {
  const { accuracy, n, right, fingerprint } = measured as MeasuredCell
  const { model, noise, shift } = texts
  return {
    axes: {
      ...{ model, noise, shift },
      ...(cell.recipe === null ? floatAxes(study, question) : quantizedOf(question, { cell, texts })),
    },
    seed: cell.seed ?? 0,
    draw: cell.draw,
    accuracy,
    n,
    ...(question.unit === 'text' ? { right: right() } : {}),
    fingerprint: `${fingerprint} ${noise} ${shift}`,
  }
}

/** A float model's value on the axis on which the question names it. */
function floatAxes(study: ResolvedStudy, question: Question): Record<string, string> {
  const named = (['recipe', 'bits'] as const).find((axis) => {
    return axis === question.compare || valuesOf(study, question, axis).includes(floatText)
  })
  return named === undefined ? {} : { [named]: floatText }
}

/** Widths are told by their label, but where what recipes make of one entry of the grid is compared. */
function quantizedOf({ compare }: Question, { cell, texts }: PlacedCell): Record<string, string> {
  const { recipe, composition } = texts
  const bits = compare === 'recipe' || compare === 'bits' ? texts.bits : labelText(cell.bits)
  return { recipe, bits, composition }
}

function waiting(question: Question, missing: number, asked: number): Answer {
  const sentence = `It waits for ${missing.toLocaleString('en')} of ${counted(asked, 'cell')}.`
  return { question, missing, verdict: 'waiting', sentence, limits: [], contrasts: [] }
}
