import { freemem } from 'node:os'
import type { ModelSpec } from '../../shared/contract/modelRules.ts'
import { parametersOf } from '../../core/model/parameters.ts'
import { AppError } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'

/**
 * Refuses a training whose largest step would not fit into memory: the system ends a process that takes more than there is, and with it the
 * reason.
 *
 * @param batch   texts a step
 * @param longest words of the longest text
 * @param free    bytes that may be taken
 * @throws AppError `out-of-memory`, with a batch to try
 */
export function assertMemory(spec: ModelSpec, batch: number, longest: number, free = availableBytes()): void {
  const fixed = fixedBytes(spec)
  const perText = bytesAText(spec, longest)
  const usable = 0.8 * free
  if (fixed + perText * batch <= usable) return
  const possible = Math.floor((usable - fixed) / perText)
  throw new AppError('out-of-memory', 'There is not enough memory for a step of this training.', {
    expected: `about ${gigabytes(fixed + perText * batch)} for ${batch} texts of up to ${longest} words`,
    found: `${gigabytes(free)} free`,
    hint:
      possible >= 1
        ? nextStep('train-smaller-batch', String(possible))
        : 'Cut texts off earlier, or choose smaller sizes.',
  })
}

/** Weights, their gradient, two moments, and the weights of the best epoch here. */
function fixedBytes(spec: ModelSpec): number {
  const numbers = parametersOf(spec).reduce(
    (sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1),
    0,
  )
  return 6 * 4 * numbers
}

/** Word vectors and the LSTM's outputs with their gradients: about 2 E + 20 H numbers a word. */
function bytesAText({ embedding, hidden }: ModelSpec, longest: number): number {
  return 4 * Math.max(1, longest) * (2 * embedding + 20 * hidden)
}

function availableBytes(): number {
  return process.availableMemory?.() ?? freemem()
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}
