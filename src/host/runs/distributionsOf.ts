import { decodeProfile } from '../../core/calibration/profileFile.ts'
import type { EvaluationResult } from '../../shared/contract/evaluation.ts'
import type { RunDistributions } from '../../shared/contract/run.ts'
import type { ProfileStore } from '../../store/calibration/index.ts'
import type { RunRepository } from '../../store/index.ts'
import { siteSummaries } from '../calibration/siteSummaries.ts'
import { quantizationOf } from '../quantization/evaluationRuns.ts'
import { adjustmentsShown } from '../study/results/adjustments.ts'

interface Parts {
  runs: RunRepository
  profileStore: ProfileStore
}

/** What quantization moved, and what the sites had on the calibration texts; of what is not in the home any more, nothing. */
export async function distributionsOf(
  { runs, profileStore }: Parts,
  { quantization }: EvaluationResult,
): Promise<RunDistributions> {
  if (quantization === null) return { adjustments: [], sites: [] }
  const run = runs.get(quantization.run)
  const adjustments = run === undefined ? [] : adjustmentsShown(quantizationOf(run).adjustments)
  const profile = quantization.calibration?.profile
  const stored = profile === undefined ? undefined : await profileStore.byFingerprint(profile)
  const sites = stored === undefined ? [] : siteSummaries(decodeProfile(await profileStore.read(stored)))
  return { adjustments, sites }
}
