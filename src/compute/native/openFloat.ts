import {
  loadRuntime,
  type FloatArrays,
  type JobHandle,
  type NativeCounts,
  type OpenOptions,
  type PassOptions,
  type TallyOptions,
} from './addon.ts'
import { asAppError } from './failures.ts'
import { runNativeJob, type NativeControl } from './nativeJob.ts'
import type { NativeTexts } from './openNative.ts'

/** A float model in the C runtime, for the two passes of a profile (`src/runtime/addon/profile.h`). */
export interface FloatModel {
  /** name of the kernels that read texts; without effect on a number */
  readonly kernels: string
  /** @throws AppError `non-finite-value`, `input-invalid` for a word that the model lacks, `cancelled`, `out-of-memory` */
  findRanges: (texts: NativeTexts, options: PassOptions, control?: NativeControl) => Promise<Float64Array>
  /** Errors as {@link findRanges}. */
  countValues: (texts: NativeTexts, options: TallyOptions, control?: NativeControl) => Promise<NativeCounts>
  /** Gives the memory back, once passes under way have ended. */
  close: () => void
}

/**
 * @param arrays of one part, all numbers finite; copied
 * @param tabled words, each once, whose input half is computed once: 16 bytes x hidden of memory each
 * @throws AppError `library-missing`, `library-damaged`, `input-invalid`, `out-of-memory`
 */
export function openFloat(
  arrays: FloatArrays,
  tabled: Uint32Array,
  options: Pick<OpenOptions, 'kernels'> = {},
): FloatModel {
  const addon = loadRuntime()
  const { model, kernels } = asAppError(() => addon.openFloat(arrays, tabled, options))
  const run = <T>(start: () => { job: JobHandle; result: Promise<T> }, control: NativeControl): Promise<T> =>
    runNativeJob(addon, start, control, 'The calibration was cancelled.')
  return {
    kernels,
    findRanges: ({ words, offsets }, how, control = {}) =>
      run(() => addon.findRanges(model, words, offsets, how, control.tell), control),
    countValues: ({ words, offsets }, how, control = {}) =>
      run(() => addon.countValues(model, words, offsets, how, control.tell), control),
    close: () => addon.closeFloat(model),
  }
}
