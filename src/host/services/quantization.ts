import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ulid } from 'ulid'
import { effectiveBits } from '../../core/quantization/effectiveBits.ts'
import { findRecipe, recipePresets, type RecipePreset } from '../../core/quantization/recipes.ts'
import type { ModelFamily } from '../../shared/contract/model.ts'
import type {
  QuantizationResult,
  Quantize,
  Quantized,
  QuantizedModelList,
  QuantizedModelRecord,
  QuantizedRemoved,
  QuantizeStarted,
  RecipeEntry,
  RecipeShown,
  RuntimeExport,
} from '../../shared/contract/quantizedModel.ts'
import type { BitsInput, Recipe } from '../../shared/contract/quantizationRules.ts'
import type { Exported } from '../../shared/contract/results.ts'
import { AppError } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'
import type { Bits } from '../../shared/units.ts'
import { contentFingerprint } from '../../store/content/contentStore.ts'
import { withFileFailures, type DatasetStore } from '../../store/datasets/index.ts'
import type { RunRepository } from '../../store/index.ts'
import { quantizedFileName, type QuantizedStore } from '../../store/quantization/index.ts'
import { deviceEnvironment, engineOn } from '../compute/device.ts'
import type { TaskControl } from '../compute/runTask.ts'
import { exportRuntime } from '../export/runtime/exportRuntime.ts'
import type { AllowPath } from '../models/allowPath.ts'
import { chooseQuantizedName } from '../models/chooseModelName.ts'
import type { Quantization } from '../quantization/cell.ts'
import type { Cells } from '../quantization/cells.ts'
import type { PlannedQuantization, Quantizations } from '../quantization/quantizations.ts'
import { quantizationKey } from '../quantization/quantizedRuns.ts'
import { resolveRecipeInput } from '../quantization/resolveRecipeInput.ts'
import type { JobsService } from './jobs.ts'

export interface QuantizationServiceOptions {
  cache: string
  runs: RunRepository
  jobs: JobsService
  datasets: DatasetStore
  quantized: QuantizedStore
  quantizations: Quantizations
  cells: Cells
  allowPath: AllowPath
  allowTarget: AllowPath
}

/** The stage `quantization` of the contract. */
export class QuantizationService {
  readonly #options: QuantizationServiceOptions

  constructor(options: QuantizationServiceOptions) {
    this.#options = options
  }

  recipes(): { recipes: RecipeEntry[] } {
    return { recipes: recipePresets.map(entryOf) }
  }

  recipe(name: string, bits: BitsInput): RecipeShown {
    const preset = findRecipe(name)
    const of = (family: ModelFamily): { recipe: Recipe; bits: Bits } => {
      const { recipe, bits: given } = resolveRecipeInput(name, family, bits)
      return { recipe, bits: effectiveBits(recipe, given) }
    }
    return {
      ...entryOf(preset),
      families: { discriminative: of('discriminative'), generative: of('generative') },
    }
  }

  /** What was quantized before is not quantized again while its file is there. */
  async start(input: Quantize): Promise<QuantizeStarted> {
    const { cache, jobs, quantizations } = this.#options
    deviceEnvironment(input.device, cache)
    engineOn(input.device, input.engine)
    const planned = await quantizations.plan(input.model, input)
    const before = input.force ? undefined : await this.#doneBefore(planned)
    if (before !== undefined) return { state: 'done-before', quantized: { model: before, reused: true } }
    const name = await chooseQuantizedName(this.#options.quantized, input.name, nameOf(planned))
    const { device, engine, force, ...params } = input
    const title = `Quantization of ${planned.model.record.name}, ${planned.bits.label}`
    const work = async (control: TaskControl): Promise<Quantized> => {
      const how = { ...control, device, engine }
      return this.#make(await quantizations.make(planned, how), name, { ...how, force })
    }
    return { state: 'started', job: jobs.startWork({ kind: 'quantization', title, params }, work) }
  }

  async list(): Promise<QuantizedModelList> {
    const { stored, damaged } = await this.#options.quantized.list()
    const models = stored.map(({ record: { adjustments: _, ...record } }) => record)
    return { models, damaged }
  }

  async show(reference: string): Promise<QuantizedModelRecord> {
    return (await this.#options.quantized.find(reference)).record
  }

  async export(input: RuntimeExport, signal?: AbortSignal): Promise<Exported> {
    const { datasets, quantized, allowPath, allowTarget } = this.#options
    return exportRuntime(input, await allowTarget(input.out), { datasets, quantized, allowPath, signal })
  }

  async remove(reference: string): Promise<QuantizedRemoved> {
    const { record } = await this.#options.quantized.find(reference)
    await withFileFailures('The home folder', () => this.#options.quantized.discard(record.fingerprint))
    return { fingerprint: record.fingerprint, name: record.name }
  }

  async #doneBefore(planned: PlannedQuantization): Promise<QuantizedModelRecord | undefined> {
    const { quantizations, runs, quantized } = this.#options
    const quantization = await quantizations.find(planned)
    const run = quantization === undefined ? undefined : runs.byKey(quantizationKey(quantization))
    const fingerprint = (run?.result as { fingerprint?: unknown } | undefined)?.fingerprint
    if (typeof fingerprint !== 'string') return undefined
    return (await quantized.whole(fingerprint))?.record
  }

  #make(quantization: Quantization, name: string, control: TaskControl & { force: boolean }): Promise<Quantized> {
    const { cells, quantized } = this.#options
    return cells.quantize(quantization, control, async (result, folder) => {
      const bytes = await readFile(join(folder, quantizedFileName))
      if (contentFingerprint(bytes) !== result.fingerprint) {
        throw new AppError('store-damaged', 'The finished file is not the quantized model that it should be.', {
          expected: result.fingerprint,
          found: contentFingerprint(bytes),
          hint: nextStep('quantize-again'),
        })
      }
      const { stored, reused } = await quantized.put(bytes, recordOf(quantization, result, name))
      return { model: stored.record, reused }
    })
  }
}

function recordOf({ model }: Quantization, result: QuantizationResult, name: string): QuantizedModelRecord {
  const { id: run, family, recipe, bits, calibration, fingerprint, bytes, adjustments, warnings } = result
  return {
    kind: 'quantized-model',
    version: 1,
    id: ulid(),
    name,
    created: new Date().toISOString(),
    run,
    ...{ model: result.model, family, recipe, bits, calibration, fingerprint, bytes, adjustments, warnings },
    dataset: model.record.training?.dataset ?? null,
    file: quantizedFileName,
  }
}

/** `ag-news-discriminative-w4-a8-c8` */
function nameOf({ model, bits }: PlannedQuantization): string {
  return `${model.record.name.slice(0, 40)}-${bits.label.toLowerCase().replaceAll(' ', '-')}`
}

function entryOf({ name, summary, widths, differences }: RecipePreset): RecipeEntry {
  return { name, summary, widths: [...widths], differences: [...differences] }
}
