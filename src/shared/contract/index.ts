import type { ContractRouterClient } from '@orpc/contract'
import { boardContract } from './boardCalls.ts'
import { calibrationContract } from './calibration.ts'
import { datasetContract } from './dataset.ts'
import { evaluationContract } from './evaluation.ts'
import { eventsContract, jobsContract } from './jobs.ts'
import { exportsContract } from './exports.ts'
import { filesContract } from './files.ts'
import { modelContract } from './model.ts'
import { profileContract } from './profile.ts'
import { quantizationContract } from './quantizedModel.ts'
import { runContract } from './run.ts'
import { statisticsContract } from './statistics.ts'
import { storeContract } from './store.ts'
import { studyContract } from './study.ts'
import { systemContract } from './system.ts'
import { trainingContract } from './training.ts'

/** Everything that a window, a browser or the command line may ask of the host, and the events it tells. */
export const contract = {
  system: systemContract,
  jobs: jobsContract,
  store: storeContract,
  files: filesContract,
  dataset: datasetContract,
  model: modelContract,
  training: trainingContract,
  calibration: calibrationContract,
  quantization: quantizationContract,
  evaluation: evaluationContract,
  run: runContract,
  statistics: statisticsContract,
  study: studyContract,
  board: boardContract,
  profile: profileContract,
  exports: exportsContract,
  events: eventsContract,
}

/** The same client over a message port, a web socket and in process. */
export type BitgaugeClient = ContractRouterClient<typeof contract>
