import { locateTensorflow, type LocatedTensorflow } from '../../../build/setup/index.ts'
import type { TensorflowVariant } from '../../shared/contract/system.ts'
import { AppError } from '../../shared/errors.ts'

/**
 * The library as set-up left it; without a variant the CUDA one where it is ready, else the CPU's. Throws `library-missing` or
 * `library-damaged` where there is nothing to load.
 */
export function readyLibrary(cache: string, variant?: TensorflowVariant): LocatedTensorflow {
  const located = locateTensorflow({ cache, variant })
  if (located.state === 'ready') return located
  const command = located.variant === 'cuda' ? 'bitgauge setup --cuda' : 'bitgauge setup'
  if (located.state === 'missing') {
    throw new AppError('library-missing', 'The TensorFlow library is not set up.', { hint: `Run \`${command}\`.` })
  }
  throw new AppError('library-damaged', 'The TensorFlow library is not as it was set up.', {
    found: located.problem,
    hint: `Run \`${command}\` again; it makes anew what is damaged.`,
  })
}
