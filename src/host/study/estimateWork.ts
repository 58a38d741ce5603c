import { z } from 'zod'
import type { ResolvedModel, ResolvedStudy } from '../../core/study/resolveStudy.ts'
import type { DatasetRecord } from '../../shared/contract/datasetRecord.ts'
import type { ModelOptions } from '../../shared/contract/modelRules.ts'
import type { StudyPlan } from '../../shared/contract/study.ts'
import type { StoredModel } from '../../store/models/index.ts'
import type { WantedModel } from './studyModels.ts'
import type { StudyParts } from './studyParts.ts'

export interface LeftOver {
  trainings: readonly WantedModel[]
  /** cells to be measured, by the key of their float model */
  cells: ReadonlyMap<string, number>
  /** models that are there, by the same key */
  models: ReadonlyMap<string, StoredModel>
  /** null where it has yet to be made */
  dataset: DatasetRecord | null
}

type Estimate = Omit<StudyPlan['estimate'], 'workers'>
type Kind = 'training' | 'evaluation'

/**
 * Seconds a text and million multiply-adds a word, where nothing was measured yet: one thread of a processor of 2020, texts of 40 words.
 * Besides, a text takes `alone` whatever the model's size.
 */
const guess = { training: 0.02, evaluation: 0.008, alone: 0.0002 } as const

/** Texts where the dataset has yet to be made and its file does not say. */
const guessedTexts = { train: 10_000, measured: 2000 }
/** Runs that a mean is taken over, the newest. */
const looked = 100

const resultSchema = z.object({
  model: z.object({ fingerprint: z.string() }),
  texts: z.number().optional(),
  history: z.array(z.unknown()).optional(),
  n: z.number().optional(),
})

/** Bytes of the store for a text of a cell: its class twice, and a number a class or two, packed. */
const bytesOfText = (classes: number): number => 4 + 6 * classes
const bytesOfCell = 8000
const bytesOfModel = 6_000_000

/** What is left to compute, by the newest runs of this store and what their models cost; a guess where there are none. */
export async function estimateWork(
  { runs, models }: Pick<StudyParts, 'runs' | 'models'>,
  study: ResolvedStudy,
  left: LeftOver,
  workers: number,
): Promise<Estimate> {
  const rates = {
    training: await rateOf({ runs, models }, 'training'),
    evaluation: await rateOf({ runs, models }, 'evaluation'),
  }
  const texts = textsOf(study, left.dataset)
  const seconds = (kind: Kind, cost: number): number => guess.alone + (rates[kind] ?? guess[kind]) * cost
  const cells = [...left.cells.values()].reduce((sum, count) => sum + count, 0)
  const measured_s = [...left.cells].map(([key, count]) => {
    return count * texts.measured * seconds('evaluation', costOfKey(study, left, key))
  })
  const training_s = left.trainings.map(({ model }) => {
    if (model.kind === 'stored') return 0
    const rows = model.rows.kind === 'all' ? texts.train : Math.min(model.rows.rows, texts.train)
    return rows * model.options.epochs * seconds('training', costOf(model.model, model.encoding.cap))
  })
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)
  const classes = left.dataset?.classes.length ?? 4
  return {
    training_s: sum(training_s),
    cells_s: sum(measured_s) / workers,
    disk_bytes: Math.round(
      cells * (bytesOfCell + texts.measured * bytesOfText(classes)) + left.trainings.length * bytesOfModel,
    ),
    basis:
      rates.evaluation === undefined
        ? 'a guess: no such run is in this store yet'
        : `by the newest ${looked} runs of each kind in this store`,
  }
}

/** Mean seconds a text and million multiply-adds a word, of an epoch where it is a training; undefined where there is no run. */
async function rateOf({ runs, models }: Pick<StudyParts, 'runs' | 'models'>, stage: Kind): Promise<number | undefined> {
  const costs = new Map<string, number | undefined>()
  let [seconds, work] = [0, 0]
  for (const { result, duration_s } of runs.list({ limit: looked, stage })) {
    const parsed = resultSchema.safeParse(result)
    if (!parsed.success) continue
    const { model, texts, history, n } = parsed.data
    if (!costs.has(model.fingerprint)) {
      const spec = (await models.byFingerprint(model.fingerprint))?.record.spec
      costs.set(
        model.fingerprint,
        spec === undefined ? undefined : costOf(spec, spec.words) * languageModels(spec, spec.classes),
      )
    }
    const cost = costs.get(model.fingerprint)
    const count = n ?? (texts ?? 0) * (history?.length ?? 0)
    if (cost === undefined || count === 0) continue
    seconds += Math.max(0, duration_s - count * guess.alone)
    work += count * cost
  }
  return work === 0 ? undefined : seconds / work
}

/** Million multiply-adds a word: the LSTM, and a generative model's words. */
function costOf(model: ModelOptions, words: number): number {
  const { embedding, hidden, family } = model
  return (4 * hidden * (embedding + hidden) + (family === 'generative' ? words * hidden : 0)) / 1e6
}

/** Of independent ones each reads every text. */
function languageModels(model: ModelOptions, classes: number): number {
  return model.family === 'generative' && model.head === 'independent' ? classes : 1
}

function costOfKey({ models }: ResolvedStudy, left: LeftOver, key: string): number {
  const there = left.models.get(key)?.record.spec
  if (there !== undefined) return costOf(there, there.words) * languageModels(there, there.classes)
  const model = models[key.slice(0, key.lastIndexOf('/'))] as ResolvedModel
  if (model.kind === 'stored') return 0
  return costOf(model.model, model.encoding.cap) * languageModels(model.model, left.dataset?.classes.length ?? 4)
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
