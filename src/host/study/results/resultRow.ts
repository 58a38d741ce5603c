import type { PlacedCell } from '../../../core/study/expandStudy.ts'
import type { EvaluationResult } from '../../../shared/contract/evaluation.ts'
import type { ResultRow } from '../../../shared/contract/results.ts'

/** A finished cell as tables show it. `bytesOf` gives the size of a float model's file. */
export function resultRow(
  { cell }: PlacedCell,
  evaluation: EvaluationResult,
  bytesOf: (model: string) => number,
): ResultRow {
  const { model, seed, recipe, bits, composition, draw, noise, shift } = cell
  const { id, family, split, n, accuracy, interval, macroF1, nll, confusion, duration_s, warnings } = evaluation
  const { quantization, calibration, classes } = evaluation
  const float = quantization?.float ?? null
  return {
    ...{
      id,
      model,
      family,
      seed,
      recipe,
      bits,
      composition,
      draw,
      noise,
      shift,
      split,
      n,
      accuracy,
      interval,
      macroF1,
      nll,
    },
    ece: calibration.ece,
    agreement: float?.agreement ?? null,
    difference: float?.difference ?? null,
    recalls: classes.map(({ recall }) => recall),
    confusion,
    model_bytes: quantization?.bytes ?? bytesOf(evaluation.model.fingerprint),
    ...{ duration_s, warnings },
  }
}
