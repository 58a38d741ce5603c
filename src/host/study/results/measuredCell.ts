import type { PlacedCell } from '../../../core/study/expandStudy.ts'
import type { EvaluationResult } from '../../../shared/contract/evaluation.ts'
import type { ErrorRecord } from '../../../shared/errors.ts'

/** A cell of a study with its evaluation, where it is done. */
export interface MeasuredCell extends PlacedCell {
  number: number
  evaluation: EvaluationResult | null
  /** what it failed by */
  error: ErrorRecord | null
  /** of its run: what computed it */
  engine: string
}

export type DoneCell = MeasuredCell & { evaluation: EvaluationResult }
