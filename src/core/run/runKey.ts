import { createHash } from 'node:crypto'
import { AppError } from '../../shared/errors.ts'
import { stageSchema, type Stage } from '../../shared/stages.ts'
import { fingerprintSchema } from '../../shared/units.ts'
import { canonicalJson } from './canonicalJson.ts'

/** All that a run's numbers depend on. What is not here (engine, kernel, machine, time) is recorded beside a run and not keyed. */
export interface RunKeyParts {
  stage: Stage
  /** the stage's integer in `stageVersions.ts` when the run was made, 1 or more */
  stageVersion: number
  /** `sha256:<hex>` of the content of each input, by the input's name */
  inputs: Readonly<Record<string, string>>
  /**
   * JSON with every default filled in: an option left out and the same option written out must not be two keys, and a default
   * changed later must not change what an old key means.
   */
  recipe: unknown
  /** 0 to 2^53 - 1; 0 for a stage that draws nothing at random */
  seed: number
}

/**
 * The name under which a run is stored and found again: sha256, 64 hexadecimal digits, of the UTF-8 bytes of the canonical JSON
 * (RFC 8785) of `{inputs, recipe, seed, stage, stageVersion}`.
 *
 * @throws AppError `non-finite-value`, `input-invalid`
 */
export function runKey(parts: RunKeyParts): string {
  const { stage, stageVersion, inputs, recipe, seed } = parts
  assertParts(parts)
  const text = canonicalJson({ stage, stageVersion, inputs: { ...inputs }, recipe, seed })
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

function assertParts(parts: RunKeyParts): void {
  if (!stageSchema.safeParse(parts.stage).success) throw invalid('stage', 'one of the ten stages', parts.stage)
  if (!isCount(parts.stageVersion) || parts.stageVersion === 0) {
    throw invalid('stageVersion', 'a whole number from 1', parts.stageVersion)
  }
  if (!isCount(parts.seed)) throw invalid('seed', 'a whole number from 0 to 2^53 - 1', parts.seed)
  for (const [name, fingerprint] of Object.entries(parts.inputs)) {
    if (!fingerprintSchema.safeParse(fingerprint).success) {
      throw invalid(`inputs.${name}`, 'sha256: and 64 hexadecimal digits', fingerprint)
    }
  }
}

/** -0 passes here and is refused by `canonicalJson`. */
function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

function invalid(name: string, expected: string, found: unknown): AppError {
  const code = typeof found === 'number' && !Number.isFinite(found) ? 'non-finite-value' : 'input-invalid'
  return new AppError(code, `A run's key needs a valid ${name}.`, { expected, found: String(found) })
}
