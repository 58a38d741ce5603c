import type { ActivationProfile } from '../../core/calibration/activationProfile.ts'
import { decodeProfile } from '../../core/calibration/profileFile.ts'
import { decodeModel } from '../../core/model/modelFile.ts'
import { beforeAndAfter, type Distributions } from '../../core/quantization/beforeAndAfter.ts'
import type { EvaluationResult } from '../../shared/contract/evaluation.ts'
import type { RunDistributions } from '../../shared/contract/run.ts'
import type { ProfileStore } from '../../store/calibration/index.ts'
import type { ModelStore } from '../../store/models/index.ts'
import type { RunRepository } from '../../store/index.ts'
import { siteSummaries } from '../calibration/siteSummaries.ts'
import { quantizationOf } from '../quantization/evaluationRuns.ts'
import { adjustmentsShown } from '../study/results/adjustments.ts'

interface Parts {
  runs: RunRepository
  models: ModelStore
  profileStore: ProfileStore
}

/** What quantization moved, and what the sites had on the calibration texts; of what is not in the home any more, nothing. */
export async function distributionsOf(
  { runs, models, profileStore }: Parts,
  { model, quantization }: EvaluationResult,
): Promise<RunDistributions> {
  if (quantization === null) return { adjustments: [], sites: [], weights: [], activations: [] }
  const run = runs.get(quantization.run)
  const adjustments = run === undefined ? [] : adjustmentsShown(quantizationOf(run).adjustments)
  const profile = quantization.calibration?.profile
  const stored = profile === undefined ? undefined : await profileStore.byFingerprint(profile)
  const seen = stored === undefined ? null : decodeProfile(await profileStore.read(stored))
  const float = await models.byFingerprint(model.fingerprint)
  const isWhole = float !== undefined && (profile === undefined || seen !== null)
  return {
    adjustments,
    sites: seen === null ? [] : siteSummaries(seen),
    ...(isWhole ? valuesOf(await models.read(float), seen, quantization) : { weights: [], activations: [] }),
  }
}

/** Worked out when it is asked for: a tenth of a second for a million weights. */
function valuesOf(
  bytes: Uint8Array,
  profile: ActivationProfile | null,
  { recipe, bits }: NonNullable<EvaluationResult['quantization']>,
): Distributions {
  const { description, weights } = decodeModel(bytes)
  return beforeAndAfter({ spec: description.spec, weights }, profile, recipe, bits)
}
