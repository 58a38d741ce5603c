import type { Schedule } from '../../shared/contract/trainingRules.ts'

/**
 * The learning rate of a step.
 *
 *     warm-up    peak * step / warmup                              for step <= warmup
 *     linear     peak * (total - step) / (total - warmup)          after it
 *     cosine     peak * (1 + cos(pi * (step - warmup) / (total - warmup))) / 2
 *
 * @param step  counts from 1
 * @param total steps of the whole training, were none left out; the last has the rate of the formula above at `total - 1`, so that it
 *              still learns something
 */
export function learningRate(schedule: Schedule, peak: number, step: number, total: number): number {
  const { kind, warmupSteps } = schedule
  if (step <= warmupSteps) return (peak * step) / warmupSteps
  if (kind === 'constant') return peak
  const done = (step - 1 - warmupSteps) / Math.max(1, total - warmupSteps)
  const progress = Math.min(1, Math.max(0, done))
  return kind === 'linear' ? peak * (1 - progress) : (peak * (1 + Math.cos(Math.PI * progress))) / 2
}
