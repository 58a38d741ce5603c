import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import { AppError } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'
import type { Ops } from '../models/ops.ts'

/**
 * The Euclidean norm of all gradients taken as one vector.
 *
 * @throws AppError `non-finite-value`
 */
export function gradientNorm(ops: Ops, gradients: ReadonlyMap<string, Tensor>): number {
  const halves = [...gradients.values()].map((gradient) => ops.float('L2Loss', gradient))
  const norm = Math.sqrt(2 * ops.addAll(halves).dataSync()[0]!)
  if (Number.isFinite(norm)) return norm
  throw new AppError('non-finite-value', 'The gradient is not finite any more: the training has diverged.', {
    hint: nextStep('train-slower'),
  })
}
