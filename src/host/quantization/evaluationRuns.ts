import { readFile } from 'node:fs/promises'
import { evaluationResultSchema, type ArrayFile, type EvaluationResult } from '../../shared/contract/evaluation.ts'
import { quantizationResultSchema, type QuantizationResult } from '../../shared/contract/quantizedModel.ts'
import { AppError } from '../../shared/errors.ts'
import { nextStep, type NextStep } from '../../shared/nextSteps.ts'
import type { Run, RunArray } from '../../store/index.ts'
import { fileInside } from '../models/homeFile.ts'

/** The run's evaluation. Errors: `store-damaged` where its result is none. */
export function evaluationOf({ id, key, created, warnings, result }: Run): EvaluationResult {
  const parsed = evaluationResultSchema.safeParse({ ...(result as object), id, key, created, warnings })
  if (parsed.success) return parsed.data
  throw damaged(id, 'an evaluation', parsed.error.issues[0]?.path, nextStep('evaluate-again'))
}

/** The run's quantization. Errors: `store-damaged` where its result is none. */
export function quantizationOf({ id, key, created, warnings, result }: Run): QuantizationResult {
  const parsed = quantizationResultSchema.safeParse({ ...(result as object), id, key, created, warnings })
  if (parsed.success) return parsed.data
  throw damaged(id, 'a quantization', parsed.error.issues[0]?.path, nextStep('evaluate-or-quantize-again'))
}

function damaged(id: string, what: string, path: readonly PropertyKey[] | undefined, hint: NextStep): AppError {
  return new AppError('store-damaged', `The run ${id} does not hold ${what}.`, {
    found: path?.map(String).join('.'),
    hint,
  })
}

/** An array that the compute process left in a folder. */
export async function readArray(folder: string, { name, file, dtype, shape }: ArrayFile): Promise<RunArray> {
  const bytes = await readFile(fileInside(folder, file))
  const buffer = new Uint8Array(bytes).buffer
  return { name, shape, data: dtype === 'uint16' ? new Uint16Array(buffer) : new Float32Array(buffer) }
}
