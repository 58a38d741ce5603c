import { createHash } from 'node:crypto'
import { canonicalJson } from '../run/canonicalJson.ts'
import type { ResolvedStudy } from './resolveStudy.ts'

/** sha256 of the canonical JSON of a study with all defaults filled in: comments, order of keys and what `all` stood for play no part. */
export function studyFingerprint(study: ResolvedStudy): string {
  return `sha256:${createHash('sha256').update(canonicalJson(study), 'utf8').digest('hex')}`
}
