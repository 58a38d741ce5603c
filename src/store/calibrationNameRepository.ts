/** What people call the calibration sets of a home; all draws of a set have one name. */
export interface CalibrationNameRepository {
  /** Names by the run of each draw that has one. */
  all(): Map<string, string>
  /** Runs of a name, oldest first. */
  runsOf(name: string): string[]
  /** Gives runs a name in place of the one they have; null takes it away. All or none. Errors: `not-found`, `input-invalid`. */
  give(runs: readonly string[], name: string | null): void
}
