import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readTokenFile, type EncodedTexts } from '../../../src/core/dataset/tokenFile.ts'
import { bitgauge } from '../../studies/bitgauge.ts'
import { ensureDataset } from '../../studies/datasets.ts'
import { root } from '../../tasks/run.ts'

export type Family = 'discriminative' | 'generative'

/** What a home has of a model that was trained for the benchmarks. */
export interface TrainedModel {
  /** its float weights, docs/format/model.md */
  file: string
  training: EncodedTexts
  test: EncodedTexts
}

const sharedData = join(root, '..', 'shared', 'data')

/** Texts of 64 words at most, the last state: the network that the peers' own examples have. */
const trainings: Record<Family, readonly string[]> = {
  discriminative: ['--pooling', 'last', '--epochs', '3'],
  generative: ['--epochs', '1'],
}

/** The model of a family on AG News, trained where the home has none; null where the data set is not on this machine. */
export async function trainedModel(family: Family, home: string): Promise<TrainedModel | null> {
  if (!existsSync(sharedData)) return null
  await ensureDataset('ag-news', home)
  const args = ['train', '--dataset', 'ag-news', '--family', family, '--max-length', '64', '--name', `bench-${family}`]
  const { model } = await bitgauge<{ model: Manifest }>([...args, ...trainings[family]], home)
  const { dataset, encoding } = model.training
  const texts = join(home, 'datasets', digits(dataset.fingerprint), 'encodings', digits(encoding))
  return {
    file: join(home, 'models', digits(model.fingerprint), model.file),
    training: readTokenFile(readFileSync(join(texts, 'train.tokens'))),
    test: readTokenFile(readFileSync(join(texts, 'test.tokens'))),
  }
}

interface Manifest {
  fingerprint: string
  file: string
  training: { dataset: { fingerprint: string }; encoding: string }
}

function digits(fingerprint: string): string {
  return fingerprint.replace('sha256:', '')
}
