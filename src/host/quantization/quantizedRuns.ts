import { join } from 'node:path'
import { ulid } from 'ulid'
import { collapseWarnings, unchangedWarning } from '../../core/evaluation/resultWarnings.ts'
import { deadSignalWarnings } from '../../core/quantization/deadSignals.ts'
import { traceWarnings } from '../../core/quantization/traceWarnings.ts'
import { runKey, type RunKeyParts } from '../../core/run/runKey.ts'
import type { ArrayFile, QuantizedAs } from '../../shared/contract/evaluation.ts'
import type { CellInput, QuantizedEvaluation } from '../../shared/contract/quantization.ts'
import type { QuantizationResult } from '../../shared/contract/quantizedModel.ts'
import { AppError } from '../../shared/errors.ts'
import type { Warning } from '../../shared/units.ts'
import type { RunArray, RunRepository } from '../../store/index.ts'
import { measuredHere } from '../models/measuredHere.ts'
import { againstFloat } from './againstFloat.ts'
import type { Quantization, QuantizedCell } from './cell.ts'
import { needsProfile, quantizationParts, quantizedEvaluationParts, settled, type QuantizationKey } from './cellKeys.ts'
import { quantizationOf, readArray } from './evaluationRuns.ts'
import { describeCell, type FloatCells } from './floatCells.ts'
import { isClean, sameScores } from './sameScores.ts'

/** What a task gave, with the warnings that it told while it ran. */
export type Found = QuantizedEvaluation & { told: Warning[] }

export interface CellKeys {
  quantization: string
  /** in the order of the inputs */
  evaluations: string[]
}

export function keysOf(cell: QuantizedCell): CellKeys {
  return {
    quantization: quantizationKey(cell),
    evaluations: cell.inputs.map((input) => runKey(evaluationParts(cell, input))),
  }
}

export function quantizationKey(quantization: Quantization): string {
  return runKey(quantizationParts(madeFrom(quantization)))
}

/**
 * The cell as all ways of asking for it have it in common: the width of every site and array written out in the recipe, the label by what they
 * really are, and no profile where the recipe takes nothing from calibration.
 *
 * @throws AppError `input-invalid` where the recipe takes something and there is no profile
 */
export function plain<Q extends Quantization>(cell: Q): Q {
  const { recipe, bits } = settled(cell)
  if (!needsProfile(recipe, bits)) return { ...cell, recipe, bits, profile: null }
  if (cell.profile !== null) return { ...cell, recipe, bits }
  throw new AppError('input-invalid', `The recipe finds its ranges by calibration, at ${bits.label}.`, {
    expected: 'an activation profile of the model',
    hint: 'Name a calibration set, or draw one.',
  })
}

/** Stores what came of a cell, a run each; and says what is doubtful about it. */
export class QuantizedRuns {
  readonly #runs: RunRepository
  readonly #float: FloatCells

  constructor(runs: RunRepository, float: FloatCells) {
    this.#runs = runs
    this.#float = float
  }

  /** A run of the same key that is there stays, unless `force`. */
  keepQuantization(cell: Quantization, { quantization, on }: Found, force: boolean): QuantizationResult {
    const { fingerprint, bytes, adjustments, warnings, duration_s } = quantization
    const { model, recipe, bits } = cell
    const { id, name, fingerprint: modelFingerprint, spec } = model.record
    const { run } = this.#runs.put(
      {
        id: ulid(),
        ...quantizationParts(madeFrom(cell)),
        created: new Date().toISOString(),
        duration_s,
        ...measuredHere(on),
        result: {
          model: { id, name, fingerprint: modelFingerprint },
          family: spec.family,
          ...{ recipe, bits, calibration: calibrationOf(cell) },
          ...{ fingerprint, bytes, adjustments, duration_s, on },
        },
        warnings: [...warnings, ...traceWarnings(adjustments, recipe)],
        tags: [],
      },
      { force },
    )
    return quantizationOf(run)
  }

  /** @param index of the input in the task */
  async keepEvaluation(
    cell: QuantizedCell,
    input: CellInput,
    { found, index, work, stored }: { found: Found; index: number; work: string; stored: QuantizationResult },
  ): Promise<void> {
    const evaluated = found.evaluations[index] as Found['evaluations'][number]
    const { figures, unknownShare, duration_s, signals } = evaluated
    const arrays = await readArrays(work, index, evaluated.arrays)
    const { fingerprint, bytes } = found.quantization
    const { id: run, recipe, bits, calibration } = stored
    this.#runs.put(
      {
        id: ulid(),
        ...evaluationParts(cell, input),
        created: new Date().toISOString(),
        duration_s,
        ...measuredHere(found.on),
        result: {
          ...describeCell(cell, input),
          ...figures,
          unknownShare,
          quantization: {
            ...{ run, fingerprint, bytes, recipe, bits, calibration, signals },
            float: this.#againstFloat(cell, input, arrays),
          },
          ...{ duration_s, on: found.on },
        },
        warnings: [
          ...found.told,
          ...stored.warnings,
          ...differenceWarnings(found, stored),
          ...deadSignalWarnings(signals),
          ...collapseWarnings(figures, cell.model.record.classes),
          ...this.#unchangedWarnings(cell, input, arrays),
        ],
        tags: [],
        arrays,
      },
      { force: true },
    )
  }

  #againstFloat(cell: QuantizedCell, input: CellInput, arrays: readonly RunArray[]): QuantizedAs['float'] {
    const id = this.#floatRun(cell, input)
    if (id === undefined) return null
    const here = { predicted: arrayIn(arrays, 'predicted'), labels: arrayIn(arrays, 'labels') }
    const there = { predicted: this.#runs.array(id, 'predicted').data, labels: this.#runs.array(id, 'labels').data }
    return againstFloat(here, there, id)
  }

  #unchangedWarnings(cell: QuantizedCell, input: CellInput, arrays: readonly RunArray[]): Warning[] {
    const { name } = cell.model.record
    const warnings: Warning[] = []
    const cleanInput: CellInput = { ...input, noise: { kind: 'none', level: 0 }, shift: null }
    const clean = isClean(input) ? undefined : this.#runs.byKey(runKey(evaluationParts(cell, cleanInput)))?.id
    if (clean !== undefined && sameScores(this.#runs.arrays(clean), arrays)) {
      warnings.push(unchangedWarning(input.shift === null ? 'noise' : 'shift', name))
    }
    const float = this.#floatRun(cell, input)
    if (float !== undefined && sameScores(this.#runs.arrays(float), arrays)) {
      warnings.push(unchangedWarning('quantization', name))
    }
    return warnings
  }

  #floatRun(cell: QuantizedCell, input: CellInput): string | undefined {
    return this.#float.find([{ ...cell, inputs: [input] }])[0]?.[0]?.id
  }
}

/** The arrays of an input, from where the task left them. */
export function readArrays(work: string, index: number, files: readonly ArrayFile[]): Promise<RunArray[]> {
  const folder = join(work, String(index))
  return Promise.all(files.map((file) => readArray(folder, file)))
}

function madeFrom({ model, profile, recipe, bits }: Quantization): QuantizationKey {
  return { model: model.record.fingerprint, profile: profile?.record.fingerprint ?? null, recipe, bits }
}

function evaluationParts(cell: QuantizedCell, input: CellInput): RunKeyParts {
  return quantizedEvaluationParts({
    ...madeFrom(cell),
    dataset: cell.dataset.record.fingerprint,
    split: cell.split,
    input,
  })
}

function calibrationOf({ profile }: Quantization): QuantizationResult['calibration'] {
  if (profile === null) return null
  const { fingerprint, set, labels } = profile.record
  const { composition, size, seed, draw } = set
  return { profile: fingerprint, set: set.fingerprint, composition, size, seed, draw, labels }
}

/** The same quantization gives the same file; another one is a change of its numbers that its version does not tell. */
function differenceWarnings({ quantization }: Found, stored: QuantizationResult): Warning[] {
  if (quantization.fingerprint === stored.fingerprint) return []
  const message = `The quantized model is another one than the run ${stored.id} made of the same model, profile and recipe.`
  return [{ code: 'quantization-differs', message, subject: stored.id }]
}

function arrayIn(arrays: readonly RunArray[], name: string): ArrayLike<number> {
  const found = arrays.find((array) => array.name === name)
  if (found !== undefined) return found.data
  throw new AppError('store-damaged', `The evaluation left no array ${name}.`)
}
