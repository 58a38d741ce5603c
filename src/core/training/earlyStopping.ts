import type { TrainingOptions } from '../../shared/contract/trainingRules.ts'

/** What an epoch came to on the dev split. */
export interface DevFigures {
  accuracy: number
  nll: number
}

export interface BestSoFar {
  /** counts from 1; 0 before the first epoch's end */
  epoch: number
  dev: DevFigures | null
}

/** Whether an epoch beats the best so far; the earlier one stays best in a tie, so that a plateau does not move it. */
export function isBetter(found: DevFigures, best: DevFigures | null, chooseBy: TrainingOptions['chooseBy']): boolean {
  if (best === null) return true
  return chooseBy === 'accuracy' ? found.accuracy > best.accuracy : found.nll < best.nll
}

export function shouldStop(epoch: number, best: BestSoFar, { epochs, patience }: TrainingOptions): boolean {
  return epoch >= epochs || (patience !== null && epoch - best.epoch >= patience)
}
