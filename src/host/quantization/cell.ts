import type { SplitName } from '../../shared/contract/datasetRules.ts'
import type { EvaluationResult } from '../../shared/contract/evaluation.ts'
import type { CellInput } from '../../shared/contract/quantization.ts'
import type { QuantizationResult } from '../../shared/contract/quantizedModel.ts'
import type { Recipe } from '../../shared/contract/quantizationRules.ts'
import type { Engine } from '../../shared/contract/engineRules.ts'
import type { ComputeDevice } from '../../shared/contract/trainingRules.ts'
import type { Bits } from '../../shared/units.ts'
import type { StoredProfile } from '../../store/calibration/index.ts'
import type { StoredDataset } from '../../store/datasets/index.ts'
import type { StoredModel } from '../../store/models/index.ts'
import type { TaskControl } from '../compute/runTask.ts'

/** A float model on some inputs of one split. */
export interface FloatCell {
  model: StoredModel
  dataset: StoredDataset
  split: SplitName
  inputs: readonly CellInput[]
}

/** How a model is quantized. */
export interface Quantization {
  model: StoredModel
  recipe: Recipe
  bits: Bits
  /** null where the recipe takes nothing from calibration; one that is given all the same is left aside */
  profile: StoredProfile | null
}

/** A quantized model on some inputs of one split. */
export interface QuantizedCell extends FloatCell, Quantization {}

export interface CellControl extends TaskControl {
  /** default `cpu` */
  device?: ComputeDevice | undefined
  /** of quantized models; left out: the runtime on the processor, the TensorFlow library on a graphics device */
  engine?: Engine | undefined
  /** evaluates again what is in the store */
  force?: boolean | undefined
}

export interface FloatCellResult {
  /** in the order of the inputs */
  evaluations: EvaluationResult[]
  /** inputs that were evaluated now; the others were in the store */
  computed: number
}

export interface QuantizedCellResult extends FloatCellResult {
  quantization: QuantizationResult
}

/** What the store has of a cell; undefined for what is not there. */
export interface FoundCell {
  quantization: QuantizationResult | undefined
  /** in the order of the inputs */
  evaluations: (EvaluationResult | undefined)[]
}
