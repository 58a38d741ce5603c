import type { Stage } from '../../shared/stages.ts'
import { stageVersions } from '../stageVersions.ts'

/** The stages whose numbers are in a cell. */
const stagesOfCells: readonly Stage[] = ['dataset', 'training', 'calibration', 'quantization', 'evaluation']

/** The versions by which a cell would be measured now; cells that were measured by others are measured again. */
export function cellVersions(): Record<string, number> {
  return Object.fromEntries(stagesOfCells.map((stage) => [stage, stageVersions[stage]]))
}
