import type { Logger } from 'pino'
import type { ProfileStore } from '../../store/calibration/index.ts'
import type { JobOwner, RunRepository, EvaluationRepository, StudyRepository } from '../../store/index.ts'
import type { ModelStore } from '../../store/models/index.ts'
import type { CalibrationSets } from '../calibration/calibrationSets.ts'
import type { Profiles } from '../calibration/profiles.ts'
import type { Pool } from '../compute/pool.ts'
import type { AllowPath } from '../models/allowPath.ts'
import type { DatasetService } from '../dataset/datasetService.ts'
import type { Cells } from '../quantization/cells.ts'
import type { TrainingService } from '../services/training.ts'

/** What the work of a study is done with. */
export interface StudyParts {
  home: string
  studies: StudyRepository
  evaluations: EvaluationRepository
  runs: RunRepository
  owner: JobOwner
  pool: Pool
  datasets: DatasetService
  models: ModelStore
  training: TrainingService
  sets: CalibrationSets
  profiles: Profiles
  profileStore: ProfileStore
  cells: Cells
  allowPath: AllowPath
  log: Logger
}
