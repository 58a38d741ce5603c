import { runKey } from '../../core/run/runKey.ts'
import type { ResolvedStudy } from '../../core/study/resolveStudy.ts'
import type { CalibrationSet } from '../../shared/contract/calibration.ts'
import type { DrawOptions } from '../../shared/contract/quantizationInput.ts'
import type { StoredProfile } from '../../store/calibration/index.ts'
import type { StoredDataset } from '../../store/datasets/index.ts'
import type { StoredModel } from '../../store/models/index.ts'
import { calibrationSetOf, calibrationSetParts } from '../calibration/calibrationSets.ts'
import type { ProfileAsked, ProfileControl } from '../calibration/profiles.ts'
import type { QuantizedGroup } from './cellGroups.ts'
import type { StudyParts } from './studyParts.ts'

type Calibration = NonNullable<QuantizedGroup['calibration']>

interface Of {
  dataset: StoredDataset
  model: StoredModel
  /** null where the recipe takes nothing from calibration */
  calibration: QuantizedGroup['calibration']
}

/**
 * The profile that a group's ranges come from, made where it is not there; null where its recipe takes none. Sets are drawn by the study's
 * seed, so that all its models see the same texts.
 */
export async function profileOf(
  { sets, profiles }: Pick<StudyParts, 'sets' | 'profiles'>,
  study: ResolvedStudy,
  of: Of,
  control: ProfileControl,
): Promise<StoredProfile | null> {
  if (of.calibration === null) return null
  const set = await sets.draw(of.dataset, drawOptions(study, of.calibration))
  return profiles.make(askedOf(study, of, of.calibration, set), control)
}

/** The same, where it is there; undefined where its set or itself has to be made first. */
export async function findProfile(
  { runs, profiles }: Pick<StudyParts, 'runs' | 'profiles'>,
  study: ResolvedStudy,
  of: Of,
): Promise<StoredProfile | null | undefined> {
  if (of.calibration === null) return null
  const parts = calibrationSetParts(of.dataset.record.fingerprint, drawOptions(study, of.calibration))
  const run = runs.byKey(runKey(parts))
  return run === undefined ? undefined : profiles.find(askedOf(study, of, of.calibration, calibrationSetOf(run)))
}

function drawOptions({ calibration, seed }: ResolvedStudy, { composition, draw }: Calibration): DrawOptions {
  return { composition: calibration.compositions[composition]!, size: calibration.size, seed, draw }
}

function askedOf(
  { calibration: { labels, bins } }: ResolvedStudy,
  { dataset, model }: Of,
  { headOutput }: Calibration,
  set: CalibrationSet,
): ProfileAsked {
  return { model, dataset, set, options: { labels, bins, headOutput } }
}
