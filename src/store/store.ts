import type { z } from 'zod'
import type { StoreCheck, StoreSummary } from '../shared/contract/store.ts'
import type { fileSchema } from '../shared/units.ts'
import type { BoardRepository } from './boardRepository.ts'
import type { CalibrationNameRepository } from './calibrationNameRepository.ts'
import type { StoredCounts } from './counts.ts'
import type { EvaluationRepository } from './evaluationRepository.ts'
import type { JobRepository } from './jobRepository.ts'
import type { ProfileRepository } from './profileRepository.ts'
import type { RunRepository } from './runRepository.ts'
import type { StudyRepository } from './studyRepository.ts'
import type { TestOpeningRepository } from './testOpeningRepository.ts'

export interface StoreOptions {
  /** folder of the store and its backups; made with mode 0700 where it is missing */
  home: string
  /** opens what is there and changes nothing: no file is made, no migration runs */
  readonly?: boolean
  /** name and version of the program, for the store's history: `bitgauge 0.1.0` */
  program?: string
  /** how long a call waits for another process's write, milliseconds; then `store-busy`. Default 10,000. */
  busyTimeout_ms?: number
  /** how long opening waits for another process's migration, milliseconds. Default 120,000. */
  migrationTimeout_ms?: number
  /** told of each row that `list` left out because it could not be read, a sentence each; for the log */
  onProblem?: (problem: string) => void
}

export interface CheckOptions {
  /** leaves out the indexes' order and looks at a sample of rows and arrays: for `doctor`, which must not take long */
  quick?: boolean
}

export type FileRecord = z.infer<typeof fileSchema>

/** An open store. Every method is synchronous but `backup`; every error is an AppError of the closed list, or a defect of ours. */
export interface Store {
  /** the SQLite file, `<home>/bitgauge.sqlite` */
  readonly path: string
  readonly schemaVersion: number
  readonly jobs: JobRepository
  readonly runs: RunRepository
  readonly calibrationNames: CalibrationNameRepository
  readonly evaluations: EvaluationRepository
  readonly testOpenings: TestOpeningRepository
  readonly studies: StudyRepository
  /** Counted by the indexes: no row is read. */
  summary(): StoreSummary
  counts(): StoredCounts
  readonly boards: BoardRepository
  readonly profiles: ProfileRepository
  /** Looks at the whole store and says each problem in a sentence; never throws for what it finds in the file. */
  check(options?: CheckOptions): StoreCheck
  /** Writes a consistent copy into `<home>/backups` while the store is in use. */
  backup(): Promise<FileRecord>
  /** A number that changes when another connection, in this process or another, has written to the store. */
  dataVersion(): number
  /** How often each part of the store was written to, by whomever; read in one step. */
  partChanges(): ReadonlyMap<string, number>
  /** Safe to call again. */
  close(): void
}
