import { initial } from './0001-initial.ts'
import { runs } from './0002-runs.ts'
import { studies } from './0003-studies.ts'
import { calibrationNames } from './0004-calibration-names.ts'
import { evaluationFigures } from './0005-evaluations.ts'
import { partChanges } from './0006-part-changes.ts'
import { boards } from './0007-boards.ts'
import type { Migration } from './migration.ts'

/** In order; the last one's version is the version of a store that this program writes. */
export const migrations: readonly Migration[] = [
  initial,
  runs,
  studies,
  calibrationNames,
  evaluationFigures,
  partChanges,
  boards,
]
