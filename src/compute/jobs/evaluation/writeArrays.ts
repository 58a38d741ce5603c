import { endianness } from 'node:os'
import { join } from 'node:path'
import type { ArrayFile } from '../../../shared/contract/evaluation.ts'
import { AppError } from '../../../shared/errors.ts'
import type { Evaluation } from '../../evaluation/evaluateModel.ts'
import { writePassing } from '../files/writeFile.ts'

/** What the model says of each text, in files of the work folder, for paired tests. */
export async function writeArrays(
  work: string,
  labels: ArrayLike<number>,
  { predictions, logLikelihoods }: Pick<Evaluation, 'predictions' | 'logLikelihoods'>,
): Promise<ArrayFile[]> {
  if (endianness() !== 'LE') throw new AppError('platform-unsupported', 'Arrays are stored little-endian.')
  const texts = labels.length
  const scores = [texts, predictions.classes]
  const written = [
    await write(work, 'predicted', [texts], predictions.predicted),
    await write(work, 'labels', [texts], Uint16Array.from(labels)),
    await write(work, 'log-posteriors', scores, Float32Array.from(predictions.logPosteriors)),
  ]
  if (logLikelihoods === null) return written
  return [...written, await write(work, 'log-likelihoods', scores, Float32Array.from(logLikelihoods))]
}

async function write(
  work: string,
  name: ArrayFile['name'],
  shape: number[],
  data: Uint16Array | Float32Array,
): Promise<ArrayFile> {
  const whole = data instanceof Uint16Array
  const file = `${name}.${whole ? 'u16' : 'f32'}`
  await writePassing(join(work, file), new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  return { name, file, dtype: whole ? 'uint16' : 'float32', shape }
}
