import { pairedTable } from '../../core/statistics/pairedTable.ts'
import { answerQuestion } from '../../core/statistics/questions/answerQuestion.ts'
import type { Observation } from '../../core/statistics/questions/observation.ts'
import type { Question } from '../../core/statistics/questions/question.ts'
import type { EvaluationResult } from '../../shared/contract/evaluation.ts'
import type { CompareInput, Comparison } from '../../shared/contract/statistics.ts'
import { AppError } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'
import type { Run, RunRepository } from '../../store/index.ts'
import type { ModelStore } from '../../store/models/index.ts'
import { rightOf, type Predicted } from '../quantization/againstFloat.ts'
import { evaluationOf } from '../quantization/evaluationRuns.ts'
import { describeRun } from '../runs/describeRun.ts'
import { changeWords } from '../statistics/changeWords.ts'
import { contrastOf } from '../statistics/contrastOf.ts'
import type { RunService } from './runs.ts'

export interface StatisticsServiceOptions {
  repository: RunRepository
  runs: RunService
  models: ModelStore
}

/** One evaluation with what each text had. */
interface Side {
  run: Run
  evaluation: EvaluationResult
  predicted: Predicted
}

type Pair = readonly [first: Side, second: Side]

/** The stage `statistics` of the contract. */
export class StatisticsService {
  readonly #options: StatisticsServiceOptions

  constructor(options: StatisticsServiceOptions) {
    this.#options = options
  }

  async compare(input: CompareInput): Promise<Comparison> {
    const pairs = this.#pairs(input)
    const test = input.test ?? (input.unit === 'text' ? 'mcnemar' : 'sign-flip')
    const { unit, correct, smallest, level } = input
    const question: Question = {
      ...{ name: 'compare', compare: 'side', against: 'second', unit, test, correct, smallest, level },
      within: unit === 'text' ? ['pair'] : [],
      words: { first: changeWords(pairs.map(([one, other]) => [one.evaluation, other.evaluation])) },
    }
    const observations = await Promise.all(pairs.flatMap((pair, index) => this.#observe(pair, index, input)))
    const { verdict, sentence, limits, contrasts } = answerQuestion(question, observations)
    return {
      ...{ unit, test, verdict, limits },
      sentence: placed(sentence, pairs.length),
      pairs: pairs.map(describePair),
      contrasts: contrasts.map((contrast) => contrastOf(contrast, placed(contrast.sentence, pairs.length))),
    }
  }

  #pairs({ first, second, unit }: CompareInput): Pair[] {
    const [ones, others] = [this.#sides(first), this.#sides(second)]
    if (others.length !== ones.length && others.length !== 1) {
      throw new AppError('input-invalid', 'Each run is compared with one other.', {
        expected: `${ones.length} runs on the second side, or one for all`,
        found: String(others.length),
      })
    }
    const pairs = ones.map((one, index): Pair => [one, (others[index] ?? others[0]) as Side])
    if (unit === 'text') pairs.forEach(assertSameTexts)
    return pairs
  }

  #sides(references: readonly string[]): Side[] {
    return references.flatMap((reference) => this.#find(reference)).map((run) => this.#read(run))
  }

  /** A run, or the evaluations of a tag, the oldest first: as they were made. */
  #find(reference: string): Run[] {
    const { repository, runs } = this.#options
    const tagged = repository.list({ stage: 'evaluation', tag: reference, limit: 1000 })
    return tagged.length > 0 ? tagged.reverse() : [runs.find(reference)]
  }

  #read(run: Run): Side {
    if (run.stage !== 'evaluation') {
      throw new AppError('input-invalid', `The run ${run.id} is no evaluation.`, {
        expected: 'runs of stage evaluation',
        found: run.stage,
        hint: nextStep('list-evaluations'),
      })
    }
    const { repository } = this.#options
    const predicted = repository.array(run.id, 'predicted').data
    const labels = repository.array(run.id, 'labels').data
    return { run, evaluation: evaluationOf(run), predicted: { predicted, labels } }
  }

  #observe(pair: Pair, index: number, { unit }: CompareInput): Promise<Observation>[] {
    return pair.map(async (side, place) => {
      const { accuracy, n, quantization, model, noise, shift, seed } = side.evaluation
      const axes = { side: place === 0 ? 'first' : 'second', ...(unit === 'text' ? { pair: String(index + 1) } : {}) }
      return {
        ...{ axes, accuracy, n, right: rightOf(side.predicted) },
        seed: unit === 'text' ? 0 : await this.#trainingSeed(model.fingerprint),
        draw: unit === 'text' ? null : (quantization?.calibration?.draw ?? null),
        fingerprint: JSON.stringify([quantization?.fingerprint ?? model.fingerprint, noise, shift, seed]),
      }
    })
  }

  /** A model that is not here any more, or came from elsewhere, has seed 0. */
  async #trainingSeed(fingerprint: string): Promise<number> {
    const model = await this.#options.models.byFingerprint(fingerprint)
    return model?.record.training?.options.seed ?? 0
  }
}

function assertSameTexts([first, second]: Pair): void {
  const [a, b] = [first.evaluation, second.evaluation]
  if (sameTexts([first, second])) return
  const text = ({ dataset, split, n }: EvaluationResult): string => `${n} texts of ${dataset.name}, ${split}`
  throw new AppError('input-invalid', 'Runs are compared text by text on the same texts.', {
    expected: text(a),
    found: text(b),
    hint: 'Evaluate both on one dataset and split.',
  })
}

function sameTexts([{ evaluation: a, predicted: one }, { evaluation: b, predicted: other }]: Pair): boolean {
  if (a.dataset.fingerprint !== b.dataset.fingerprint || a.split !== b.split || a.n !== b.n) return false
  return Array.from(one.labels).every((label, text) => label === other.labels[text])
}

function describePair(pair: Pair): Comparison['pairs'][number] {
  const [first, second] = pair
  const entries = { first: describeRun(first.run), second: describeRun(second.run) }
  if (!sameTexts(pair)) return { ...entries, table: null, agreement: null }
  const table = pairedTable(rightOf(first.predicted), rightOf(second.predicted))
  const agreeing = Array.from(first.predicted.predicted).filter(
    (label, text) => label === second.predicted.predicted[text],
  )
  return { ...entries, table, agreement: agreeing.length / first.evaluation.n }
}

/** A sentence names the place of its contrast: here the number of the pair, which says nothing where there is one. */
function placed(sentence: string, pairs: number): string {
  return sentence.replace(/^At pair (\d+), seed 0, (.)/u, (_, pair: string, letter: string) =>
    pairs === 1 ? letter.toUpperCase() : `Pair ${pair}: ${letter}`,
  )
}
