/** One opening of a test split. Rows are added and never changed. */
export interface TestOpening {
  /** ULID */
  id: string
  /** a moment, ISO 8601 in UTC */
  opened: string
  /** fingerprint of the data set whose test split was opened */
  dataset: string
  /** key of the evaluation run that opened it */
  runKey: string
  /** name and version of the program that opened it */
  program: string
}

export interface TestOpeningRepository {
  log(opening: TestOpening): void
  /** Newest first; of one data set where it is named. */
  list(options: { limit: number; dataset?: string | undefined }): TestOpening[]
}
