import type { StoreCheck, StoreSummary } from '../shared/contract/store.ts'
import { beginBackup, fillBackup } from './backup.ts'
import { checkConnection } from './check.ts'
import type { BoardRepository } from './boardRepository.ts'
import type { CalibrationNameRepository } from './calibrationNameRepository.ts'
import type { Connection } from './connection.ts'
import { countConnection, type StoredCounts } from './counts.ts'
import type { EvaluationRepository } from './evaluationRepository.ts'
import type { JobRepository } from './jobRepository.ts'
import type { Migration } from './migrations/migration.ts'
import type { ProfileRepository } from './profileRepository.ts'
import type { RunRepository } from './runRepository.ts'
import { SqliteBoards } from './sqliteBoards.ts'
import { SqliteCalibrationNames } from './sqliteCalibrationNames.ts'
import { SqliteEvaluations } from './sqliteEvaluations.ts'
import { SqliteJobs } from './sqliteJobs.ts'
import { SqliteProfiles } from './sqliteProfiles.ts'
import { SqliteRuns } from './sqliteRuns.ts'
import { SqliteStudies } from './sqliteStudies.ts'
import { SqliteTestOpenings } from './sqliteTestOpenings.ts'
import type { CheckOptions, FileRecord, Store } from './store.ts'
import type { StudyRepository } from './studyRepository.ts'
import { summarizeConnection } from './summary.ts'
import type { TestOpeningRepository } from './testOpeningRepository.ts'

interface Settings {
  version: number
  migrations: readonly Migration[]
  timeout_ms: number
  onProblem: ((problem: string) => void) | undefined
}

export class SqliteStore implements Store {
  readonly path: string
  readonly schemaVersion: number
  readonly jobs: JobRepository
  readonly runs: RunRepository
  readonly calibrationNames: CalibrationNameRepository
  readonly evaluations: EvaluationRepository
  readonly testOpenings: TestOpeningRepository
  readonly studies: StudyRepository
  readonly boards: BoardRepository
  readonly profiles: ProfileRepository
  private readonly connection: Connection
  private readonly settings: Settings

  constructor(connection: Connection, settings: Settings) {
    const onProblem = settings.onProblem ?? (() => undefined)
    this.connection = connection
    this.settings = settings
    this.path = connection.paths.file
    this.schemaVersion = settings.version
    this.jobs = new SqliteJobs(connection, onProblem)
    this.runs = new SqliteRuns(connection, onProblem)
    this.calibrationNames = new SqliteCalibrationNames(connection)
    this.evaluations = new SqliteEvaluations(connection)
    this.testOpenings = new SqliteTestOpenings(connection, onProblem)
    this.studies = new SqliteStudies(connection, onProblem)
    this.boards = new SqliteBoards(connection, onProblem)
    this.profiles = new SqliteProfiles(connection, onProblem)
  }

  summary(): StoreSummary {
    return summarizeConnection(this.connection)
  }

  counts(): StoredCounts {
    return countConnection(this.connection)
  }

  check(options: CheckOptions = {}): StoreCheck {
    return checkConnection(this.connection, this.settings, options)
  }

  async backup(): Promise<FileRecord> {
    return fillBackup(beginBackup(this.connection.paths.home, new Date()), this.settings.timeout_ms)
  }

  dataVersion(): number {
    return this.connection.dataVersion()
  }

  partChanges(): ReadonlyMap<string, number> {
    const sql = 'SELECT part, changes FROM part_changes'
    const rows = this.connection.read(() => this.connection.statement<{ part: string; changes: number }>(sql).all())
    return new Map(rows.map(({ part, changes }) => [part, changes]))
  }

  close(): void {
    this.connection.db.close()
  }
}
