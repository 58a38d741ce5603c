import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { AppError } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'

/** What `src/runtime/addon` exports. Its errors have `status`, of `bg_status`, and `section` and `part` of the file. */
export interface RuntimeAddon {
  /** of the runtime */
  readonly version: string
  /** all of this build, fastest first, and whether this machine can run them */
  readonly kernels: readonly { name: string; usable: boolean }[]
  /** @param file its bytes, which are copied, or its path */
  open: (file: Uint8Array | string, options: OpenOptions) => ModelHandle
  describe: (model: ModelHandle) => NativeInfo
  /** Twice is once. */
  close: (model: ModelHandle) => void
  evaluate: (model: ModelHandle, ...args: RunArguments<RunOptions>) => Started<NativeScores>
  countSignals: (model: ModelHandle, ...args: RunArguments<CountOptions>) => Started<(Float64Array | undefined)[]>
  cancel: (job: JobHandle) => void
  /** @param tabled words, each once, whose input half is computed once: 16 bytes x hidden of memory each */
  openFloat: (
    arrays: FloatArrays,
    tabled: Uint32Array,
    options: Pick<OpenOptions, 'kernels'>,
  ) => { model: FloatHandle; kernels: string }
  /** Twice is once. */
  closeFloat: (model: FloatHandle) => void
  /** [14, 3]: of each site how many values, the least and the largest */
  findRanges: (model: FloatHandle, ...args: RunArguments<PassOptions>) => Started<Float64Array>
  countValues: (model: FloatHandle, ...args: RunArguments<TallyOptions>) => Started<NativeCounts>
}

declare const modelBrand: unique symbol
declare const jobBrand: unique symbol
export interface ModelHandle {
  [modelBrand]: true
}
export interface JobHandle {
  [jobBrand]: true
}

declare const floatBrand: unique symbol
export interface FloatHandle {
  [floatBrand]: true
}

/** One float classifier or language model; all row-major. */
export interface FloatArrays {
  words: number
  inputs: number
  hidden: number
  /** of the head; 0: no logits are looked at, and there are no arrays of them */
  rows: number
  /** of `labelTable`; 0: there is none */
  classes: number
  /** 0 mean, 1 last, 2: the head reads every hidden vector */
  pooling: 0 | 1 | 2
  /** [words, inputs] */
  embedding: Float32Array
  /** [inputs + hidden, 4 hidden] */
  kernel: Float32Array
  /** [4 hidden] */
  bias: Float32Array
  /** [rows, hidden] */
  head?: Float32Array
  /** [rows] */
  headBias?: Float32Array
  /** [classes, rows] */
  labelTable?: Float32Array
}

export interface OpenOptions {
  /** `scalar`, `avx2`, …; left out: what `BITGAUGE_KERNELS` says, else the fastest */
  kernels?: string
  /** a table of the input half of every word: V x 4H float32 of memory, half the work */
  inputTable?: boolean
  /** a copy of the head's weights in the kernels' layout */
  packHead?: boolean
}

export interface RunOptions {
  threads: number
  /** texts side by side, 1 to 1,024 */
  batch?: number
}

export interface CountOptions extends RunOptions {
  /** [parts, 14, 3]: of each site 0 float, 1 static, 2 dynamic, and its lowest and highest integer */
  grids: Int32Array
  /** bit k: site k is counted */
  sites: number
}

export interface PassOptions {
  threads: number
  /** [texts, 2]: first class and number of classes under which a text's logits are looked at; left out: none */
  labels?: Uint32Array
}

export interface TallyOptions extends PassOptions {
  /** [14, 3], what `findRanges` gave on the same texts */
  ranges: Float64Array
  /** 1 to 65,536 */
  bins: number
}

export interface NativeCounts {
  /** [14, bins] */
  histograms: Uint32Array
  /** [texts, 14, 2]: the sums of x - m and of its square, m the middle of the site's range */
  moments: Float64Array
}

/** Texts end to end, as `EncodedTexts` has them; then how, and who is told of the texts done. */
type RunArguments<O> = [
  words: Uint16Array | Uint32Array,
  offsets: Uint32Array,
  options: O,
  progress?: (done: number) => void,
]

interface Started<T> {
  job: JobHandle
  result: Promise<T>
}

export interface NativeInfo {
  generative: 0 | 1
  independent: 0 | 1
  words: number
  inputs: number
  hidden: number
  classes: number
  parts: number
  /** memory besides the file */
  privateBytes: number
  /** -1 where nothing is factored */
  offsetRange: number
  /** name of the kernels that evaluate it */
  kernels: string
}

export interface NativeScores {
  /** [texts] */
  predicted: Uint32Array
  /** [texts] pairs of word and class that took the direct form */
  guarded: Uint32Array
  /** [texts] what is added to each of a generative model's `values` to give log p(text | class) */
  common: Float64Array
  /** [texts, classes] logits, or what of log p(text | class) depends on the class */
  values: Float64Array
  /** [texts, classes] logits, or log p(class) + `values` */
  scores: Float64Array
}

let loaded: RuntimeAddon | null = null

/**
 * The runtime, loaded at the first call from the addon that `BITGAUGE_RUNTIME_ADDON` names.
 *
 * @throws AppError `library-missing`, `library-damaged`
 */
export function loadRuntime(): RuntimeAddon {
  loaded ??= load(process.env['BITGAUGE_RUNTIME_ADDON'] ?? '')
  return loaded
}

function load(path: string): RuntimeAddon {
  if (path === '' || !existsSync(path)) {
    throw new AppError('library-missing', 'The runtime of quantized models is not set up.', {
      hint: nextStep('set-up-or-other-engine'),
    })
  }
  try {
    return createRequire(import.meta.url)(path) as RuntimeAddon
  } catch (cause) {
    throw new AppError('library-damaged', 'The runtime of quantized models could not be loaded.', {
      found: cause instanceof Error ? cause.message.split('\n')[0] : undefined,
      hint: nextStep('set-up-again'),
      cause,
    })
  }
}
