import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import type { LabelHandling } from '../../shared/contract/calibrationRules.ts'
import type { ModelSpec } from '../../shared/contract/modelRules.ts'
import type { Site } from '../../shared/contract/quantizationRules.ts'
import { AppError } from '../../shared/errors.ts'
import type { ActivationProfile, PartProfile } from '../../core/calibration/activationProfile.ts'
import { ProfileCollector, RangeCollector } from '../../core/calibration/profileCollector.ts'
import type { EncodedTexts } from '../../core/dataset/tokenFile.ts'
import type { Weights } from '../../core/model/weights.ts'
import { lengthBatches, rowsOf, type AfterBatch } from '../evaluation/textScores.ts'
import { openModel } from '../models/openModel.ts'
import { inScope, type Ops } from '../models/ops.ts'
import type { Tensorflow } from '../tensorflow/load.ts'
import { profiledParts, type ProfiledPart } from './profiledParts.ts'

export interface ProfileOptions {
  /** of each histogram */
  bins: number
  /** of a generative model; without effect on a discriminative one */
  labelHandling: LabelHandling
  /** whether the logits are profiled too; of a generative model that is words times the vocabulary */
  headOutput: boolean
}

/** Takes the values of one site; a tensor that belongs to the scope of the caller. */
type Take = (site: Site, values: Tensor) => void

/** Texts a batch: few, so that a batch's arrays stay small beside the model. */
const batchTexts = 128

/**
 * What the sites of a float model have on texts: two passes, the first for the ranges, the second for histograms and moments. A text's padding is
 * in neither.
 *
 * `labelHandling` of independent language models says which of them read a text: the one of its class, or all. A class without texts has an empty
 * part. Of the shared head it says under which classes the logits are seen; `none` leaves them out.
 *
 * @param afterBatch told of the texts done, those of both passes and all parts counted
 * @throws AppError `input-invalid` where independent language models are to read texts without labels, or there is no text; `non-finite-value`,
 *         `too-large`, and what `afterBatch` throws
 */
export async function collectProfile(
  tensorflow: Tensorflow,
  { spec, weights }: { spec: ModelSpec; weights: Weights },
  texts: EncodedTexts,
  options: ProfileOptions,
  afterBatch: AfterBatch,
): Promise<ActivationProfile> {
  assertReadable(spec, texts, options)
  const model = openModel(tensorflow, spec, weights)
  try {
    const parts: PartProfile[] = []
    let done = 0
    const tell = (more: number): Promise<void> => afterBatch((done += more))
    for (const part of profiledParts(model, options)) {
      parts.push(await profilePart(model.ops, part, texts, options.bins, tell))
    }
    return { bins: options.bins, texts: texts.rows, steps: stepsOf(spec, texts), parts }
  } finally {
    model.dispose()
  }
}

async function profilePart(
  ops: Ops,
  part: ProfiledPart,
  texts: EncodedTexts,
  bins: number,
  tell: (more: number) => Promise<void>,
): Promise<PartProfile> {
  const read = rowsOf(texts).flatMap((tokens, row) =>
    part.reads(texts.labels[row]!) ? [{ tokens, label: texts.labels[row]! }] : [],
  )
  const pass = async (take: Take): Promise<void> => {
    const batches = lengthBatches(
      read.map(({ tokens }) => tokens.length),
      batchTexts,
    )
    for (const rows of batches) {
      const batch = Array.from(rows, (row) => read[row]!)
      inScope(ops, () => part.sites(batch, take))
      await tell(batch.length)
    }
  }
  const ranges = new RangeCollector()
  await pass((site, values) => ranges.add(site, values.dataSync<'float32'>() as Float32Array))
  const profile = new ProfileCollector(ranges.ranges(), bins)
  await pass((site, values) => profile.add(site, values.dataSync<'float32'>() as Float32Array))
  return profile.profile()
}

/** @throws AppError `input-invalid` */
export function assertReadable(spec: ModelSpec, { rows }: EncodedTexts, { labelHandling }: ProfileOptions): void {
  if (rows === 0) throw new AppError('input-invalid', 'There are no texts to calibrate on.')
  if (spec.family === 'generative' && spec.head === 'independent' && labelHandling === 'none') {
    throw new AppError('input-invalid', 'Independent language models cannot be calibrated without labels.', {
      hint: 'Let each read all texts (labels: all), or those of its class (labels: true).',
    })
  }
}

/** A language model reads as many words as it predicts: one more than the text has where it predicts the end. */
export function stepsOf(spec: ModelSpec, { rows, tokens }: EncodedTexts): number {
  return tokens.length + (spec.family === 'generative' && spec.predictEnd ? rows : 0)
}
