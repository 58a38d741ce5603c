import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ulid } from 'ulid'
import { afterAll, beforeAll } from 'vitest'
import { computeEnvironment } from '../../../src/host/compute/environment.ts'
import { forkLauncher } from '../../../src/host/compute/forkLauncher.ts'
import { Pool } from '../../../src/host/compute/pool.ts'
import type { CellControl } from '../../../src/host/quantization/cell.ts'
import { EventLog } from '../../../src/host/events/eventLog.ts'
import { JobsService } from '../../../src/host/services/jobs.ts'
import { createStages } from '../../../src/host/stages.ts'
import { datasetGenerateSchema } from '../../../src/shared/contract/dataset.ts'
import type { HostEvent } from '../../../src/shared/contract/jobs.ts'
import { trainSchema } from '../../../src/shared/contract/training.ts'
import { openStore, thisProcessAsOwner, type Store } from '../../../src/store/index.ts'
import type { StoredDataset } from '../../../src/store/datasets/index.ts'
import { DatasetStore } from '../../../src/store/datasets/index.ts'
import type { StoredModel } from '../../../src/store/models/index.ts'
import { readyAddon } from '../../compute/readyAddon.ts'
import { readyRuntime } from '../../compute/readyRuntime.ts'
import { cache, memoryLog } from '../harness.ts'

/** A home with a generated dataset and two small models trained on it, the real store and a real pool. */
export interface Workshop {
  home: string
  store: Store
  pool: Pool
  stages: ReturnType<typeof createStages>
  dataset: StoredDataset
  discriminative: StoredModel
  generative: StoredModel
}

export const quiet: CellControl = { signal: new AbortController().signal }
export const clean = { noise: { kind: 'none', level: 0 }, shift: null, seed: 1 } as const
export const noisy = { noise: { kind: 'qwerty', level: 0.2 }, shift: null, seed: 1 } as const

/** One for all tests of a file; gone when they have ended. */
export function workshop(): () => Workshop {
  const home = mkdtempSync(join(tmpdir(), 'bitgauge-cells-'))
  let made: Workshop
  beforeAll(async () => {
    made = await makeWorkshop(home)
  }, 120_000)
  afterAll(async () => {
    await made.pool.close()
    made.store.close()
    rmSync(home, { recursive: true, force: true })
  })
  return () => made
}

async function makeWorkshop(home: string): Promise<Workshop> {
  const { log } = memoryLog()
  const store = openStore({ home })
  const runtime = await readyRuntime()
  const environment = () => computeEnvironment(process.env, readyAddon(), runtime)
  const pool = new Pool({ launcher: forkLauncher({ log }), environment, log, onState: () => {} })
  const events = new EventLog<HostEvent>()
  const jobs = new JobsService({ records: store.jobs, owner: thisProcessAsOwner(ulid()), pool, events, log })
  const refuse = (): never => {
    throw new Error('no path is opened here')
  }
  const stages = createStages({ home, cache, store, pool, jobs, allowPath: refuse, allowTarget: refuse })
  const input = datasetGenerateSchema.parse({
    options: { generator: 'voice-commands', size: 1000, difficulty: 0.2, outOfVocabulary: 0 },
  })
  for await (const event of stages.services.datasets.generate(input)) void event
  const train = async (family: 'discriminative' | 'generative'): Promise<StoredModel> => {
    const sizes = { embedding: 8, hidden: 12, ...(family === 'generative' ? { labelEmbedding: 4 } : {}) }
    const asked = trainSchema.parse({
      dataset: 'voice-commands',
      model: { family, ...sizes },
      options: { epochs: 4, batch: 16, optimizer: { learningRate: 0.01 } },
    })
    const { model } = await stages.parts.training.train(asked, quiet)
    return stages.parts.models.find(model.name)
  }
  const [discriminative, generative] = [await train('discriminative'), await train('generative')]
  const dataset = await new DatasetStore(home).find('voice-commands')
  return { home, store, pool, stages, dataset, discriminative, generative }
}
