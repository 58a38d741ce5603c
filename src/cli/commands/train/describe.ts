import type { Metrics } from '../../../shared/contract/jobs.ts'
import type { ModelRecord } from '../../../shared/contract/model.ts'
import type { TrainingOptions } from '../../../shared/contract/trainingRules.ts'
import { megabytes, percent } from '../../table.ts'

/** Writes a line for each epoch that has ended since it was told last. */
export function epochLines(
  { epochs }: Pick<TrainingOptions, 'epochs'>,
  note: (line: string) => void,
): (metrics: Metrics | undefined) => void {
  let last = 0
  return (metrics) => {
    for (const ended of metrics?.epochs ?? []) {
      if (ended.epoch <= last) continue
      last = ended.epoch
      const seconds = ended.duration_s === null ? 'earlier' : `${ended.duration_s.toFixed(1)} s`
      const train = ended.accuracy === null ? '' : `, train ${percent(ended.accuracy)}`
      const dev = ended.devAccuracy === null ? '' : `, dev ${percent(ended.devAccuracy)}`
      note(`epoch ${ended.epoch} of ${epochs}: loss ${ended.loss.toFixed(4)}${train}${dev}, ${seconds}`)
    }
  }
}

export function describeTrained(model: ModelRecord, doneBefore: boolean): string {
  const { training } = model
  const head = [`${model.name}  ${model.id}`, `  ${model.fingerprint}`]
  const size = `  ${model.spec.family}, ${model.parameters} parameters, ${megabytes(model.bytes)}`
  if (training === null) return [...head, size].join('\n')
  const dev =
    training.dev === null
      ? 'no dev split: the last epoch'
      : `dev ${percent(training.dev.accuracy)} of ${training.dev.n}`
  const lines = [
    `  ${training.texts} texts of ${training.dataset.name}, ${training.steps} steps, ${training.duration_s.toFixed(1)} s on ${training.on.device}`,
    `  best epoch ${training.bestEpoch}, ${dev}`,
    ...(doneBefore ? ['  trained before; --force trains it again'] : []),
  ]
  return [...head, size, ...lines].join('\n')
}
