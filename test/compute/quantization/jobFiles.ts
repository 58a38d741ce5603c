import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { JobContext } from '../../../src/compute/jobs/job.ts'
import { rowLine } from '../../../src/core/dataset/rowsFile.ts'
import { encodeModel } from '../../../src/core/model/modelFile.ts'
import type { Weights } from '../../../src/core/model/weights.ts'
import { toVocabularyFile, vocabularyOf } from '../../../src/core/text/vocabulary.ts'
import type { FileOfHome } from '../../../src/shared/contract/computeFiles.ts'
import { defaultTokenizer } from '../../../src/shared/contract/datasetRules.ts'
import type { Progress } from '../../../src/shared/contract/jobs.ts'
import type { ModelSpec } from '../../../src/shared/contract/modelRules.ts'

/** The word of an id from 4 on: letters alone, so that no tokenizer takes it apart. */
export function sampleWord(id: number): string {
  return `w${Array.from(String(id), (digit) => 'abcdefghij'[Number(digit)]).join('')}`
}

/** A model file as a home has it. */
export function writeModel(folder: string, spec: ModelSpec, weights: Weights): FileOfHome {
  const words = Array.from({ length: spec.words - 4 }, (_, k) => sampleWord(k + 4))
  const { fingerprint } = vocabularyOf(words)
  const description = {
    kind: 'model' as const,
    version: 1 as const,
    spec,
    gateOrder: 'i,f,g,o' as const,
    classes: Array.from({ length: spec.classes }, (_, y) => `class ${y}`),
    logPrior: spec.family === 'generative' ? new Array<number>(spec.classes).fill(-Math.log(spec.classes)) : null,
    vocabulary: { fingerprint, file: toVocabularyFile(words) },
    tokenizer: defaultTokenizer,
    maxLength: 256,
    training: null,
  }
  return write(folder, 'model.safetensors', encodeModel(description, weights))
}

/** A split's rows as a home has them: packed, with the hash of what is packed. */
export function writeRows(folder: string, texts: readonly ArrayLike<number>[], labels: ArrayLike<number>): FileOfHome {
  const lines = texts.map((ids, row) => {
    const text = Array.from(ids, sampleWord).join(' ')
    return rowLine({ id: `test:${row}`, label: labels[row]!, text })
  })
  const bytes = Buffer.from(lines.join(''))
  const path = join(folder, 'rows.jsonl.gz')
  writeFileSync(path, gzipSync(bytes))
  return { path, sha256: sha256(bytes) }
}

export function write(folder: string, name: string, bytes: Uint8Array): FileOfHome {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return { path, sha256: sha256(bytes) }
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** A job's context that keeps what it is told; `step` may throw. */
export function sampleContext(step: () => Promise<void> = async () => {}): JobContext & { told: Progress[] } {
  const told: Progress[] = []
  return { told, progress: (progress) => void told.push(progress), warn: () => {}, step }
}
