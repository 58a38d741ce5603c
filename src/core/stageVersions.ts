import type { Stage } from '../shared/stages.ts'

/**
 * The version of each stage's numbers. It is part of every run's key, so that a run made by other rules is never taken for the
 * same cell.
 *
 * It is raised by one in the commit that changes a number the stage gives for the same inputs, recipe and seed, however small the
 * change; not for a change of speed, of wording or of form. Each stage that computes has a golden test in `test/golden` that
 * names the version it was made at: when the numbers change the test fails, and it passes again only with new golden values and a
 * raised version together. Such a commit has its own heading in the changelog, because it makes old runs incomparable.
 */
export const stageVersions: Readonly<Record<Stage, number>> = {
  dataset: 1,
  model: 1,
  training: 1,
  calibration: 2,
  quantization: 1,
  evaluation: 1,
  statistics: 1,
  policy: 1,
  profile: 1,
  export: 1,
}
