import { AppError } from '../../../shared/errors.ts'
import { correctionMethods, type CorrectionMethod } from '../corrections.ts'
import { assertUnit, type Unit } from '../units.ts'

export const questionTests = ['mcnemar', 'mcnemar-exact', 'sign-flip', 'wilcoxon', 'tost'] as const
export type QuestionTest = (typeof questionTests)[number]

/** A claim that is declared before its observations are there: with `tost`, that a change stays within `smallest`; else that there is one. */
export interface Question {
  name: string
  /** the axis whose other values are compared with `against` */
  compare: string
  against: string
  /** axes: one comparison in each combination of their values */
  within: readonly string[]
  unit: Unit
  test: QuestionTest
  correct?: CorrectionMethod
  /** smallest difference of accuracy that matters, a fraction */
  smallest?: number
  /** of the intervals; 1 less it is the level of the tests */
  level?: number
  alternative?: 'two-sided'
  /**
   * Whether a draw's number stands for the same calibration texts with every seed. `shared` (the default) takes the mean of the seeds
   * first and flips whole draws; it is right in both cases. `own` flips each seed's draws by themselves, which is more powerful and
   * wrong where the texts are shared.
   */
  draws?: 'shared' | 'own'
  /** of what is drawn by chance */
  seed?: number
  /** how a sentence names a value of `compare`: `{one: 'calibrating on one class'}` */
  words?: Readonly<Record<string, string>>
}

export type CompleteQuestion = Required<Omit<Question, 'words'>> & Pick<Question, 'words'>

const defaults = {
  correct: 'holm',
  smallest: 0.005,
  level: 0.95,
  alternative: 'two-sided',
  draws: 'shared',
  seed: 0,
} as const

/** Which tests speak of which unit. */
export const testsOf: Readonly<Record<Unit, readonly QuestionTest[]>> = {
  text: ['mcnemar', 'mcnemar-exact', 'tost'],
  draw: ['sign-flip', 'wilcoxon', 'tost'],
  seed: ['sign-flip', 'wilcoxon', 'tost'],
}

/** The question with its defaults filled in. @throws AppError `input-invalid` */
export function completeQuestion(question: Question): CompleteQuestion {
  const complete = { ...defaults, ...question }
  const reject = (message: string, expected: string, found: unknown): never => {
    throw new AppError('input-invalid', `Question "${question.name}": ${message}`, { expected, found: String(found) })
  }
  assertUnit(complete.unit)
  if (!testsOf[complete.unit].includes(complete.test)) {
    reject(`this test does not speak of ${complete.unit}s.`, testsOf[complete.unit].join(', '), complete.test)
  }
  if (!correctionMethods.includes(complete.correct)) {
    reject('there is no such correction.', correctionMethods.join(', '), complete.correct)
  }
  if (!(complete.smallest > 0 && complete.smallest < 1)) {
    reject('the smallest difference of interest is a fraction.', 'between 0 and 1', complete.smallest)
  }
  if (!(complete.level > 0.5 && complete.level < 1)) {
    reject('the level of confidence is a fraction.', 'between 0.5 and 1', complete.level)
  }
  if (complete.within.includes(complete.compare)) {
    reject(
      'an axis is compared or held fixed, not both.',
      `within without ${complete.compare}`,
      complete.within.join(', '),
    )
  }
  if (complete.compare === complete.unit) {
    reject(`${complete.unit}s cannot be compared and be the unit too.`, 'another axis or unit', complete.compare)
  }
  return complete
}
