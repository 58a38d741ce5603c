export type { CheckOptions, FileRecord, Store, StoreOptions } from './store.ts'
export type { BoardRepository, BoardRow, SeenDescription, StoredHostKey } from './boardRepository.ts'
export type { CalibrationNameRepository } from './calibrationNameRepository.ts'
export type {
  EvaluationRepository,
  EvaluationRow,
  EvaluationTable,
  StudyEvaluationRow,
} from './evaluationRepository.ts'
export { evaluationColumns, type EvaluationColumn } from './evaluationRepository.ts'
export type { ListProfiles, ProfileArrays, ProfileRepository } from './profileRepository.ts'
export type { JobOwner, JobPatch, JobRepository } from './jobRepository.ts'
export type {
  ListRuns,
  NewRun,
  PutOptions,
  PutResult,
  Run,
  RunArray,
  RunArrayInfo,
  RunRepository,
} from './runRepository.ts'
export type {
  CellCounts,
  CellEnd,
  CellRow,
  CellState,
  NewStudy,
  RemovedStudy,
  StudyDataset,
  StudyPatch,
  StudyRepository,
  StudyRequest,
  StudyRow,
} from './studyRepository.ts'
export type { TestOpening, TestOpeningRepository } from './testOpeningRepository.ts'
export { isOwnerAlive, thisProcessAsOwner } from './jobOwner.ts'
export { beginBackup, discardBackup, fillBackup, type BackupDraft } from './backup.ts'
export type { StoredCounts } from './counts.ts'
export { checkStore } from './checkStore.ts'
export { openStore } from './openStore.ts'
export { makeFolder } from './makeFolder.ts'
