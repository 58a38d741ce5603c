import { AppError } from '../../shared/errors.ts'
import {
  loadRuntime,
  type CountOptions,
  type JobHandle,
  type NativeInfo,
  type NativeScores,
  type OpenOptions,
  type RunOptions,
} from './addon.ts'
import { asAppError } from './failures.ts'
import { runNativeJob, type NativeControl } from './nativeJob.ts'

/** Word ids of texts, end to end. */
export interface NativeTexts {
  words: Uint16Array | Uint32Array
  /** texts + 1 */
  offsets: Uint32Array
}

/** A quantized model in the C runtime. Evaluations run in threads of their own, several at once where that is wanted. */
export interface NativeModel {
  readonly info: NativeInfo
  /**
   * The same words on every machine and with any number of threads.
   *
   * @throws AppError `input-invalid` for a word that the model lacks, `cancelled`, `out-of-memory`, `conflict` where the model is closed
   */
  evaluate: (texts: NativeTexts, options: RunOptions, control?: NativeControl) => Promise<NativeScores>
  /** What each site of each part gives, see `src/runtime/addon/signals.h`. Errors as {@link evaluate}. */
  countSignals: (
    texts: NativeTexts,
    options: CountOptions,
    control?: NativeControl,
  ) => Promise<(Float64Array | undefined)[]>
  /** Gives the memory back, once evaluations under way have ended. */
  close: () => void
}

/**
 * Opens a model's file in the C runtime. Every claim of the file is checked.
 *
 * @param file its bytes, which are copied, or its path; a file that is named is mapped and must not change while the model is open
 * @throws AppError `library-missing`, `library-damaged`, `input-invalid`, `too-large`, `non-finite-value`, `not-found`, `out-of-memory`
 */
export function openNative(file: Uint8Array | string, options: OpenOptions = {}): NativeModel {
  const addon = loadRuntime()
  const handle = asAppError(() => addon.open(file, options))
  let open = true
  const run = async <T>(start: () => { job: JobHandle; result: Promise<T> }, control: NativeControl): Promise<T> => {
    if (!open) throw new AppError('conflict', 'The quantized model is closed already.')
    return runNativeJob(addon, start, control, 'The evaluation was cancelled.')
  }
  return {
    info: asAppError(() => addon.describe(handle)),
    evaluate: ({ words, offsets }, how, control = {}) =>
      run(() => addon.evaluate(handle, words, offsets, how, control.tell), control),
    countSignals: ({ words, offsets }, how, control = {}) =>
      run(() => addon.countSignals(handle, words, offsets, how, control.tell), control),
    close() {
      open = false
      addon.close(handle)
    },
  }
}
