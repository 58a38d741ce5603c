import { z } from 'zod'
import type { ResolvedStudy } from '../../core/study/resolveStudy.ts'
import type { DatasetRecord } from '../../shared/contract/datasetRecord.ts'
import type { ModelFamily } from '../../shared/contract/model.ts'
import type { StudyPlan } from '../../shared/contract/study.ts'
import type { Stage } from '../../shared/stages.ts'
import type { RunRepository } from '../../store/index.ts'
import type { WantedModel } from './studyModels.ts'

export interface LeftOver {
  trainings: readonly WantedModel[]
  cells: number
  /** null where it has yet to be made */
  dataset: DatasetRecord | null
}

type Estimate = Omit<StudyPlan['estimate'], 'workers'>

/** Seconds a text where nothing was measured yet: an LSTM of 100 units on one thread of a processor of 2020, texts of 40 words. */
const guess = {
  training: { discriminative: 0.002, generative: 0.02 },
  evaluation: { discriminative: 0.002, generative: 0.01 },
} as const satisfies Record<string, Record<ModelFamily, number>>

/** Texts where the dataset has yet to be made and its file does not say. */
const guessedTexts = { train: 10_000, measured: 2000 }
/** Runs that a mean is taken over, the newest. */
const looked = 100

const trainingSchema = z.object({ family: z.enum(['discriminative', 'generative']), texts: z.number(), history: z.array(z.unknown()) })
const evaluationSchema = z.object({ family: z.enum(['discriminative', 'generative']), n: z.number() })

/** Bytes of the store for a text of a cell: its class twice, and a number a class or two, packed. */
const bytesOfText = (classes: number): number => 4 + 6 * classes
const bytesOfCell = 8000
const bytesOfModel = 6_000_000

/** What is left to compute, by the mean of the newest runs of the same kind in this store; a guess where there are none. */
export function estimateWork(
  runs: RunRepository,
  study: ResolvedStudy,
  { trainings, cells, dataset }: LeftOver,
  workers: number,
): Estimate {
  const rates = { training: ratesOf(runs, 'training'), evaluation: ratesOf(runs, 'evaluation') }
  const rateOf = (kind: 'training' | 'evaluation', family: ModelFamily): number => rates[kind][family] ?? guess[kind][family]
  const texts = textsOf(study, dataset)
  const training_s = trainings.reduce((sum, { model }) => {
    if (model.kind === 'stored') return sum
    const rows = model.rows.kind === 'all' ? texts.train : Math.min(model.rows.rows, texts.train)
    return sum + rows * model.options.epochs * rateOf('training', model.model.family)
  }, 0)
  const families = familiesOf(study)
  const each_s = families.reduce((sum, family) => sum + rateOf('evaluation', family), 0) / families.length
  const classes = dataset?.classes.length ?? 4
  const measured = rates.evaluation.discriminative !== undefined || rates.evaluation.generative !== undefined
  return {
    training_s,
    cells_s: (cells * texts.measured * each_s) / workers,
    disk_bytes: Math.round(cells * (bytesOfCell + texts.measured * bytesOfText(classes)) + trainings.length * bytesOfModel),
    basis: measured
      ? `by the newest ${looked} runs of each kind in this store`
      : 'a guess: no such run is in this store yet',
  }
}

/** Mean seconds a text, an epoch too where it is a training. */
function ratesOf(runs: RunRepository, stage: Stage): Partial<Record<ModelFamily, number>> {
  const sums = new Map<ModelFamily, { seconds: number; texts: number }>()
  for (const { result, duration_s } of runs.list({ limit: looked, stage })) {
    const training = trainingSchema.safeParse(result)
    const evaluation = evaluationSchema.safeParse(result)
    if (!training.success && !evaluation.success) continue
    const { family } = (training.data ?? evaluation.data) as { family: ModelFamily }
    const texts = training.success ? training.data.texts * training.data.history.length : (evaluation.data?.n ?? 0)
    const sum = sums.get(family) ?? { seconds: 0, texts: 0 }
    sums.set(family, { seconds: sum.seconds + duration_s, texts: sum.texts + texts })
  }
  return Object.fromEntries([...sums].map(([family, { seconds, texts }]) => [family, seconds / Math.max(1, texts)]))
}

function textsOf({ dataset, split }: ResolvedStudy, record: DatasetRecord | null): { train: number; measured: number } {
  const rows = (name: string): number | undefined => record?.splits.find((one) => one.split === name)?.rows
  const size = 'generate' in dataset ? dataset.generate.size : undefined
  const share = split === 'test' ? 0.2 : 0.1
  return {
    train: rows('train') ?? (size === undefined ? guessedTexts.train : size * 0.7),
    measured: rows(split) ?? (size === undefined ? guessedTexts.measured : size * share),
  }
}

/** Of a study's models, those from elsewhere taken for discriminative. */
function familiesOf({ grid, models }: ResolvedStudy): ModelFamily[] {
  return grid.model.map((name) => {
    const model = models[name]
    return model?.kind === 'training' ? model.model.family : 'discriminative'
  })
}
