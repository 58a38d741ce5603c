import { ulid } from 'ulid'
import type { TestOpeningRepository } from '../../store/index.ts'
import { version } from '../version.ts'

/** Writes an opening of a test split down: before the split is read, so that an opening which fails is written down too. */
export function logTestOpening(openings: TestOpeningRepository, dataset: string, runKey: string): void {
  openings.log({ id: ulid(), opened: new Date().toISOString(), dataset, runKey, program: `bitgauge ${version}` })
}
