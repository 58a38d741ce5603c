import { locateRuntime, locateTensorflow, markProved, setupRuntime, setupTensorflow } from '../../build/setup/index.ts'
import type { SelfTest, TensorflowVariant } from '../shared/contract/system.ts'
import { AppError, describeError } from '../shared/errors.ts'
import type { Warning } from '../shared/units.ts'
import type { CommandContext } from './command.ts'

/**
 * Runs set-up where the library is missing, so that a fresh clone needs no second command. One that is damaged is left for its owner to
 * see. Throws what set-up throws.
 */
export async function ensureTensorflow(context: CommandContext, variant?: TensorflowVariant): Promise<void> {
  const located = locateTensorflow({ cache: context.cache, variant })
  if (located.state !== 'missing') return
  context.note('The TensorFlow library is not set up yet; setting it up now.')
  await setupTensorflow({
    cache: context.cache,
    variant: located.variant,
    signal: context.signal,
    onProgress: context.progress,
  })
}

/**
 * Builds the runtime of quantized models where it is missing. One that is damaged is built anew.
 *
 * @throws AppError what set-up throws
 */
export async function ensureRuntime(context: CommandContext): Promise<void> {
  const { cache, signal, progress } = context
  if (locateRuntime({ cache }).state === 'ready') return
  await setupRuntime({ cache, signal, onProgress: progress })
}

/** The same for a command that can do without: what set-up threw becomes a warning. Throws `cancelled`. */
export async function tryRuntime(context: CommandContext): Promise<Warning[]> {
  return tried('runtime', () => ensureRuntime(context))
}

/** {@link ensureTensorflow} for a command that can do without. Throws `cancelled`. */
export async function tryTensorflow(context: CommandContext, variant?: TensorflowVariant): Promise<Warning[]> {
  return tried('tensorflow', () => ensureTensorflow(context, variant))
}

/** What set-up threw, as a warning. */
async function tried(subject: string, work: () => Promise<void>): Promise<Warning[]> {
  try {
    await work()
    return []
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code === 'cancelled') throw thrown
    return [{ code: `setup-${thrown.code}`, message: describeError(thrown), subject }]
  }
}

/** Notes in the library's folder that a self-test found it right, so that `setup` need not repeat it. */
export async function noteProof(directory: string, selfTest: SelfTest | null): Promise<void> {
  if (selfTest === null || selfTest.kernels.some((kernel) => !kernel.ok)) return
  await markProved(directory)
}
