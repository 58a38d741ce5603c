import type { Store } from '../store/index.ts'
import { ProfileStore } from '../store/calibration/index.ts'
import { DatasetStore } from '../store/datasets/index.ts'
import { ModelStore } from '../store/models/index.ts'
import { QuantizedStore } from '../store/quantization/index.ts'
import { CalibrationSets } from './calibration/calibrationSets.ts'
import { Comparisons } from './calibration/comparisons.ts'
import { Profiles } from './calibration/profiles.ts'
import { SetNames } from './calibration/setNames.ts'
import type { Pool } from './compute/pool.ts'
import { DatasetService } from './dataset/datasetService.ts'
import type { AllowPath } from './models/allowPath.ts'
import { Cells } from './quantization/cells.ts'
import { Quantizations } from './quantization/quantizations.ts'
import { CalibrationService } from './services/calibration.ts'
import { EvaluationService } from './services/evaluation.ts'
import type { JobsService } from './services/jobs.ts'
import { ModelService } from './services/models.ts'
import { QuantizationService } from './services/quantization.ts'
import { RunService } from './services/runs.ts'
import { StatisticsService } from './services/statistics.ts'
import { TrainingService } from './services/training.ts'

export interface StagesOptions {
  home: string
  cache: string
  store: Store
  pool: Pool
  jobs: JobsService
  allowPath: AllowPath
  allowTarget: AllowPath
}

/** The services of the stages of a home, and the parts that they are made of, which other work (a study) is made of too. */
export function createStages({ home, cache, store, pool, jobs, allowPath, allowTarget }: StagesOptions) {
  const { runs, testOpenings, calibrationNames } = store
  const datasets = new DatasetService({ home, allowPath })
  const stores = {
    datasets: new DatasetStore(home),
    models: new ModelStore(home),
    profileStore: new ProfileStore(home),
    quantized: new QuantizedStore(home),
  }
  const { models, profileStore, quantized } = stores
  const sets = new CalibrationSets({ runs, testOpenings })
  const names = new SetNames({ runs, calibrationNames })
  const profiles = new Profiles({ home, cache, runs, pool, profiles: profileStore })
  const cells = new Cells({ home, cache, runs, testOpenings, pool })
  const quantizations = new Quantizations({ ...stores, sets, profiles })
  const training = new TrainingService({ home, cache, runs, jobs, pool, datasets, models })
  const runService = new RunService({
    runs,
    profileStore,
    models,
    datasets: stores.datasets,
    evaluations: store.evaluations,
    studies: store.studies,
    partChanges: () => store.partChanges(),
  })
  return {
    services: {
      datasets,
      models: new ModelService({ home, models, allowPath, allowTarget }),
      training,
      calibration: new CalibrationService({
        ...{ cache, runs, jobs, sets, names, profiles, allowTarget },
        ...stores,
        comparisons: new Comparisons({ profiles, profileStore }),
      }),
      quantization: new QuantizationService({
        ...{ cache, runs, jobs, quantized, quantizations, cells, allowPath, allowTarget },
        datasets: stores.datasets,
      }),
      evaluation: new EvaluationService({ ...stores, cache, jobs, quantizations, cells }),
      runs: runService,
      statistics: new StatisticsService({ repository: runs, runs: runService, models }),
    },
    stores,
    parts: { datasets, models, training, sets, profiles, profileStore, cells, quantizations },
  }
}
