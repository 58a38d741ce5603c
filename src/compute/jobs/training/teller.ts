import { performance } from 'node:perf_hooks'
import type { EpochRecord } from '../../../shared/contract/trainingRules.ts'
import type { Metrics, Progress } from '../../../shared/contract/jobs.ts'
import type { TrainingNews } from '../../training/train.ts'

const interval_ms = 100
const keptEpochs = 500

type Epoch = NonNullable<Metrics['epochs']>[number]

/**
 * Turns the news of a training into progress with the curve so far: at most ten times a second, and at every epoch's end.
 *
 * @param before epochs of an earlier attempt
 */
export function teller(
  before: readonly EpochRecord[],
  totalSteps: number,
  tell: (progress: Progress) => void,
): (news: TrainingNews) => void {
  let epochs = before.map((record): Epoch => epochOf(record, null))
  let step = 0
  let metrics: Metrics = {}
  let told_ms = -Infinity
  let begun_ms: number | null = null
  const say = (): void => {
    told_ms = performance.now()
    const { accuracy, devAccuracy } = epochs.at(-1) ?? { accuracy: null, devAccuracy: null }
    const last = { ...(accuracy === null ? {} : { accuracy }), ...(devAccuracy === null ? {} : { devAccuracy }) }
    tell({ phase: 'training', done: step, total: totalSteps, unit: 'steps', metrics: { ...metrics, ...last, epochs } })
  }
  return (news) => {
    if (news.type === 'resumed') step = news.step
    if (news.type === 'step') {
      step = news.step
      begun_ms ??= performance.now() - news.duration_s * 1000
      metrics = { epoch: news.epoch, loss: news.loss }
    }
    if (news.type === 'epoch') {
      const duration_s = begun_ms === null ? null : (performance.now() - begun_ms) / 1000
      begun_ms = null
      epochs = [...epochs, epochOf(news.record, duration_s)].slice(-keptEpochs)
    }
    if (news.type !== 'step' || performance.now() - told_ms >= interval_ms) say()
  }
}

function epochOf({ epoch, loss, accuracy, dev }: EpochRecord, duration_s: number | null): Epoch {
  return { epoch, loss, accuracy, devAccuracy: dev?.accuracy ?? null, duration_s }
}
