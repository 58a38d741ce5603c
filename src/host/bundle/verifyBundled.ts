import { isDeepStrictEqual } from 'node:util'
import { decodeProfile } from '../../core/calibration/profileFile.ts'
import { stageVersions } from '../../core/stageVersions.ts'
import type { PlacedCell } from '../../core/study/expandStudy.ts'
import type { ProfileRecord } from '../../shared/contract/calibration.ts'
import type { EvaluationResult } from '../../shared/contract/evaluation.ts'
import type { ModelRecord } from '../../shared/contract/model.ts'
import { AppError } from '../../shared/errors.ts'
import type { Bits } from '../../shared/units.ts'
import { describeModelFile } from '../../store/models/index.ts'
import { writeRun } from '../../store/runRow.ts'
import { calibrationSetOf } from '../calibration/calibrationSets.ts'
import { evaluationOf, quantizationOf } from '../quantization/evaluationRuns.ts'
import type { BundledRun } from './bundledRecords.ts'

/**
 * The run is one that the store takes and that its readers read, and has the key that its parts give.
 *
 * @returns its evaluation; null for a run of another kind
 * @throws AppError `input-invalid`, `too-large`, `non-finite-value`
 */
export function assertBundledRun(run: BundledRun): EvaluationResult | null {
  assertStageVersion(run)
  if (keyAsStored(run) !== run.key) {
    throw new AppError('input-invalid', `The bundle’s run ${run.id} does not have the key that its parts give.`)
  }
  try {
    return readResult(run)
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause
    throw new AppError(
      'input-invalid',
      `The bundle’s run ${run.id} does not hold what one of stage ${run.stage} does.`,
      {
        found: cause.found,
        cause,
      },
    )
  }
}

/** The key under which the store would keep it. */
function keyAsStored({ key: _, arrays: __, ...run }: BundledRun): string {
  return writeRun(run).key
}

function assertStageVersion({ id, stage, stageVersion }: BundledRun): void {
  const ours = stageVersions[stage]
  if (stageVersion <= ours) return
  throw new AppError('input-invalid', `The bundle’s run ${id} is of a later version of Bitgauge.`, {
    expected: `version ${ours} of stage ${stage}, or an earlier one`,
    found: `version ${stageVersion}`,
    hint: 'Bring Bitgauge up to date, then import it.',
  })
}

function readResult(run: BundledRun): EvaluationResult | null {
  const { stage, result } = run
  if (stage === 'quantization') quantizationOf(run)
  if (stage === 'calibration' && (result as { kind?: unknown } | null)?.kind === 'set') calibrationSetOf(run)
  if (stage !== 'evaluation') return null
  const evaluation = evaluationOf(run)
  for (const name of ['predicted', 'labels']) {
    const array = run.arrays.find((one) => one.name === name)
    if (!isDeepStrictEqual(array?.shape, [evaluation.n])) throw new AppError('input-invalid', '', { found: name })
  }
  return evaluation
}

/** What of an evaluation is held against its cell. */
export interface MeasuredAs extends Pick<EvaluationResult, 'noise' | 'shift'> {
  /** null of a float model */
  bits: Bits | null
  /** null where nothing was taken from calibration */
  draw: number | null
}

export function measuredAs({ noise, shift, quantization }: EvaluationResult): MeasuredAs {
  return { noise, shift, bits: quantization?.bits ?? null, draw: quantization?.calibration?.draw ?? null }
}

/** Whether an evaluation is of the input, the widths and the calibration draw that a cell stands for. */
export function isOfCell({ cell }: PlacedCell, { noise, shift, bits, draw }: MeasuredAs): boolean {
  if (!isDeepStrictEqual([noise, shift], [cell.noise, cell.shift])) return false
  if (bits === null || cell.recipe === null) return bits === null && cell.recipe === null
  // The label of a run also names widths that its recipe gives single arrays.
  const widths = ({ label: _, ...groups }: Bits): unknown => groups
  return isDeepStrictEqual(widths(bits), widths(cell.bits)) && (draw === null || draw === cell.draw)
}

/** The record says of the model's file what the file itself says. Errors: those of `decodeModel`, `hash-mismatch`. */
export function assertBundledModel(record: ModelRecord, bytes: Uint8Array): void {
  const described = describeModelFile(bytes)
  assertSame(described, record, `model ${record.name}`)
}

/** The same for a profile. Errors: those of `decodeProfile`, `hash-mismatch`. */
export function assertBundledProfile(record: ProfileRecord, bytes: Uint8Array): void {
  const { texts, steps, bins } = decodeProfile(bytes)
  assertSame({ texts, steps, bins, bytes: bytes.length }, record, `profile ${record.id}`)
}

function assertSame(found: object, record: object, what: string): void {
  const told = record as Readonly<Record<string, unknown>>
  const other = Object.entries(found).find(([name, value]) => !isDeepStrictEqual(value, told[name]))
  if (other === undefined) return
  throw new AppError('hash-mismatch', `The bundle’s ${what} is not what its record says.`, { found: other[0] })
}
