import type { CalibrationSet } from '../../shared/contract/calibration.ts'
import type { QuantizationInput } from '../../shared/contract/quantizationInput.ts'
import type { Recipe } from '../../shared/contract/quantizationRules.ts'
import { AppError } from '../../shared/errors.ts'
import type { Bits } from '../../shared/units.ts'
import type { ProfileStore, StoredProfile } from '../../store/calibration/index.ts'
import type { DatasetStore, StoredDataset } from '../../store/datasets/index.ts'
import type { ModelStore, StoredModel } from '../../store/models/index.ts'
import type { QuantizedStore } from '../../store/quantization/index.ts'
import type { Profiles, ProfileAsked, ProfileControl } from '../calibration/profiles.ts'
import type { CalibrationSets } from '../calibration/calibrationSets.ts'
import type { Quantization } from './cell.ts'
import { needsHeadOutput, needsProfile, settled } from './cellKeys.ts'
import { resolveRecipeInput } from './resolveRecipeInput.ts'

export interface QuantizationsOptions {
  datasets: DatasetStore
  models: ModelStore
  profileStore: ProfileStore
  quantized: QuantizedStore
  sets: CalibrationSets
  profiles: Profiles
}

/** A quantization that was asked for, its names resolved; what it is calibrated on may not be there yet. */
export interface PlannedQuantization {
  model: StoredModel
  recipe: Recipe
  bits: Bits
  /** null where the recipe takes nothing from calibration */
  calibration: Omit<ProfileAsked, 'model'> | { profile: StoredProfile } | null
}

/** Turns what people ask for into quantizations with all that they need. */
export class Quantizations {
  readonly #options: QuantizationsOptions

  constructor(options: QuantizationsOptions) {
    this.#options = options
  }

  /**
   * Finds the model, the recipe and the calibration set, which is drawn where it is not there.
   *
   * @throws AppError `not-found`, `input-invalid`, `conflict`, `store-damaged`
   */
  async plan(reference: string, input: QuantizationInput): Promise<PlannedQuantization> {
    const model = await this.#options.models.find(reference)
    const { recipe, bits } = settled(resolveRecipeInput(input.recipe, model.record.spec.family, input.bits))
    if (!needsProfile(recipe, bits)) return { model, recipe, bits, calibration: null }
    const { set: asked, labels, bins, headOutput } = input.calibration
    const { set, dataset } = await this.#findSet(model, asked)
    const options = { labels, bins, headOutput: headOutput || needsHeadOutput(recipe, bits) }
    return { model, recipe, bits, calibration: { dataset, set, options } }
  }

  /**
   * The quantization of a quantized model of the home; undefined where none answers to the reference.
   *
   * @throws AppError `not-found` where what it was made from is gone, `conflict` where two answer, `store-damaged`
   */
  async planStored(reference: string): Promise<PlannedQuantization | undefined> {
    const { quantized } = this.#options
    if (!(await quantized.has(reference))) return undefined
    const { record } = await quantized.find(reference)
    const { recipe, bits, calibration } = record
    const model = await this.#options.models.byFingerprint(record.model.fingerprint)
    if (model === undefined) throw gone(record.name, `the model ${record.model.name}`, 'Train or import it again.')
    if (calibration === null) return { model, recipe, bits, calibration: null }
    const profile = await this.#options.profileStore.byFingerprint(calibration.profile)
    if (profile === undefined) throw gone(record.name, 'its activation profile', 'Quantize the model again.')
    return { model, recipe, bits, calibration: { profile } }
  }

  /** The quantization as far as it is there: undefined where its profile is still to be made. */
  async find(planned: PlannedQuantization): Promise<Quantization | undefined> {
    const { calibration, ...rest } = planned
    if (calibration === null) return { ...rest, profile: null }
    if ('profile' in calibration) return { ...rest, profile: calibration.profile }
    const profile = await this.#options.profiles.find({ model: planned.model, ...calibration })
    return profile === undefined ? undefined : { ...rest, profile }
  }

  /** The quantization with its profile, which is made where it is not there. Errors: those of `Profiles.make`. */
  async make(planned: PlannedQuantization, control: ProfileControl): Promise<Quantization> {
    const { calibration, ...rest } = planned
    if (calibration === null) return { ...rest, profile: null }
    if ('profile' in calibration) return { ...rest, profile: calibration.profile }
    const profile = await this.#options.profiles.make({ model: planned.model, ...calibration }, control)
    return { ...rest, profile }
  }

  async #findSet(
    { record }: StoredModel,
    asked: QuantizationInput['calibration']['set'],
  ): Promise<{ set: CalibrationSet; dataset: StoredDataset }> {
    const { datasets, sets } = this.#options
    if (typeof asked === 'string') {
      const set = sets.findSet(asked)
      return { set, dataset: await datasets.find(set.manifest.dataset.fingerprint) }
    }
    const { dataset: reference = record.training?.dataset.fingerprint, ...draw } = asked
    if (reference === undefined) {
      throw new AppError(
        'input-invalid',
        `The model ${record.name} was not trained here, so it has no dataset of its own.`,
        {
          hint: 'Name the dataset to calibrate on, or a calibration set.',
        },
      )
    }
    const dataset = await datasets.find(reference)
    return { set: await sets.draw(dataset, draw), dataset }
  }
}

function gone(name: string, what: string, hint: string): AppError {
  return new AppError('not-found', `What the quantized model ${name} was made from is not here any more: ${what}.`, {
    hint,
  })
}
