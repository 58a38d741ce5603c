import { modelSpecSchema } from '../../../src/shared/contract/modelRules.ts'
import { stream } from '../../../src/core/random/randomStream.ts'
import { trainingOptionsSchema } from '../../../src/shared/contract/trainingRules.ts'
import type { EncodedTexts } from '../../../src/core/dataset/tokenFile.ts'
import type { TrainingTask } from '../../../src/compute/training/trainingTask.ts'

const words = 30
const classes = 3

/** Texts of 2 to 13 words of which two in five tell the class. */
export function sampleTexts(rows: number, seed: number): EncodedTexts {
  const random = stream(seed, 'sample-texts')
  const tokens: number[] = []
  const offsets = [0]
  const labels: number[] = []
  for (let row = 0; row < rows; row += 1) {
    const label = random.below(classes)
    const length = 2 + random.below(12)
    for (let t = 0; t < length; t += 1)
      tokens.push(random.uniform() < 0.4 ? 4 + label * 3 + random.below(3) : 13 + random.below(words - 13))
    offsets.push(tokens.length)
    labels.push(label)
  }
  return { rows, offsets: Uint32Array.from(offsets), tokens: Uint16Array.from(tokens), labels: Uint8Array.from(labels) }
}

export const families: Readonly<Record<string, object>> = {
  discriminative: { family: 'discriminative', dropout: 0.3 },
  'generative shared': { family: 'generative', labelEmbedding: 4, prior: 'trained' },
  'generative independent': { family: 'generative', head: 'independent' },
}

/** A training of some seconds at most. */
export function sampleTask(model: object, options: object = {}): TrainingTask {
  return {
    spec: modelSpecSchema.parse({ ...model, words, classes, embedding: 8, hidden: 12 }),
    options: trainingOptionsSchema.parse({
      epochs: 3,
      batch: 16,
      optimizer: { learningRate: 0.01 },
      seed: 5,
      ...options,
    }),
    training: sampleTexts(240, 1),
    dev: sampleTexts(90, 2),
  }
}
