import type { Axis, Question } from '../../shared/contract/studyRules.ts'
import { leastDraws, leastSeeds } from '../statistics/questions/limits.ts'
import { testsOf } from '../statistics/questions/question.ts'
import { axisTexts, floatText, givenText, seedsOf } from './axes.ts'
import { assertValue } from './checkReferences.ts'
import type { ProblemList } from './problemList.ts'
import type { ResolvedStudy } from './resolveStudy.ts'

/** What is wrong with a study's questions, and in `doubts` what keeps one from being answered or makes its answer weak. */
export function checkQuestions(study: ResolvedStudy, list: ProblemList, doubts: ProblemList): void {
  study.questions.forEach((question, index) => {
    const path = ['questions', index]
    checkName(study, index, list)
    checkValues(study, question, path, list)
    checkUnit(study, question, path, list)
    doubtReplicates(study, question, path, doubts)
    doubtPooling(study, question, path, doubts)
  })
}

type Path = readonly PropertyKey[]

function checkName({ questions }: ResolvedStudy, index: number, list: ProblemList): void {
  const { name } = questions[index] as Question
  if (questions.findIndex((other) => other.name === name) === index) return
  list.add(['questions', index, 'name'], `Two questions are called ${JSON.stringify(name)}.`)
}

function checkValues(study: ResolvedStudy, question: Question, path: Path, list: ProblemList): void {
  const { compare, against, only } = question
  assertValue(study, compare, against, [...path, 'against'], list)
  for (const [axis, values] of Object.entries(only) as [Axis, (string | number)[]][]) {
    values.forEach((value, index) => assertValue(study, axis, value, [...path, 'only', axis, index], list))
  }
  const reference = givenText(study, compare, against)
  if (valuesOf(study, question, compare).every((text) => text === reference)) {
    list.add([...path, 'compare'], `There is nothing to compare ${compare} ${reference} with.`, {
      expected: `another ${compare} in the grid`,
    })
  }
}

function checkUnit(study: ResolvedStudy, question: Question, path: Path, list: ProblemList): void {
  const { compare, within, unit, test } = question
  if (!testsOf[unit].includes(test)) {
    list.add([...path, 'test'], `The test ${test} does not speak of ${unit}s.`, {
      expected: testsOf[unit].join(', '),
      found: test,
    })
  }
  if (compare === unit) {
    list.add([...path, 'unit'], `${unit}s cannot be compared and be the unit too.`, {
      expected: 'another axis or unit',
    })
  }
  within.forEach((axis, index) => {
    const why = axis === compare ? 'compared' : axis === unit ? 'the unit' : undefined
    if (why === undefined) return
    list.add([...path, 'within', index], `An axis cannot be ${why} and held fixed too.`, { found: axis })
  })
  const foreign = study.grid.model.find((name) => seedsOf(study, name).includes(null))
  if (unit === 'seed' && foreign !== undefined) {
    list.add([...path, 'unit'], `The model ${foreign} has no training seed, so seeds cannot be the unit.`, {
      hint: 'Leave it out with only: {model: […]}.',
    })
  }
}

function doubtReplicates(study: ResolvedStudy, question: Question, path: Path, doubts: ProblemList): void {
  const { unit, name } = question
  if (unit === 'text') return
  const count = valuesOf(study, question, unit).length
  const [least, claim] = unit === 'draw' ? [leastDraws, 'a verdict'] : [leastSeeds, 'a claim over training']
  if (count >= least) return
  doubts.add([...path, 'unit'], `Question ${name} has ${count} ${unit}s, and ${claim} needs at least ${least}.`)
}

/** An axis that a question says nothing of is held fixed: what differs in it is never averaged. */
function doubtPooling(study: ResolvedStudy, question: Question, path: Path, doubts: ProblemList): void {
  const added = heldFixed(study, question).filter((axis) => !question.within.includes(axis))
  if (added.length === 0) return
  doubts.add(
    path,
    `Question ${question.name} is asked for each ${added.join(' and ')} by itself, since within does not name ${added.length > 1 ? 'them' : 'it'}.`,
  )
}

/**
 * The axes on which a question's comparisons are separate: those of `within`, and every other one with several values that is neither compared
 * nor replicated.
 */
export function heldFixed(study: ResolvedStudy, question: Question): Axis[] {
  const { compare, within, unit } = question
  const replicated: readonly Axis[] =
    unit === 'text' ? ['seed', 'draw'] : (['seed', 'draw'].filter((axis) => axis !== compare) as Axis[])
  const others = (['model', 'recipe', 'bits', 'composition', 'noise', 'shift'] as const).filter(
    (axis) => axis !== compare && !replicated.includes(axis) && valuesOf(study, question, axis).length > 1,
  )
  return [...new Set([...within, ...others])]
}

/** The values of an axis that a question is about. */
export function valuesOf(study: ResolvedStudy, { only, compare, against }: Question, axis: Axis): string[] {
  const named = only[axis]?.map((value) => givenText(study, axis, value))
  const all = named ?? axisTexts(study, axis)
  const reference = givenText(study, compare, against)
  return axis === compare && !all.includes(reference) ? [...all, reference] : all
}

/** Whether a question speaks of float models: where it names `float` on one of the axes that only quantized models have. */
export function speaksOfFloat(study: ResolvedStudy, question: Question): boolean {
  return (['recipe', 'bits'] as const).some((axis) => {
    const added = valuesOf(study, question, axis).includes(floatText)
    return added && !axisTexts(study, axis).includes(floatText)
  })
}
