import { setImmediate } from 'node:timers/promises'
import type { EncodedTexts } from '../../../core/dataset/tokenFile.ts'
import { expectedHeader, isIntegerExact, runtimeReadme } from '../../../core/export/runtimeFiles.ts'
import { scoredText, type ScoredText } from '../../../core/profile/resultChecksum.ts'
import { evaluateText, prepareModel } from '../../../core/quantization/evaluateText.ts'
import { decodeQuantizedModel } from '../../../core/quantization/file/decodeQuantizedModel.ts'
import { encodeTokenFile } from '../../../core/quantization/file/tokenFile.ts'
import type { QuantizedModel } from '../../../core/quantization/quantizedModel.ts'
import type { RuntimeExport } from '../../../shared/contract/quantizedModel.ts'
import type { Exported } from '../../../shared/contract/results.ts'
import { AppError } from '../../../shared/errors.ts'
import type { QuantizedStore } from '../../../store/quantization/index.ts'
import { version } from '../../version.ts'
import { fillFolder } from '../stagedFolder.ts'
import { exampleTexts, type ExampleParts } from './exampleTexts.ts'
import { runtimeSources } from './runtimeSources.ts'

export interface RuntimeExportParts extends ExampleParts {
  quantized: QuantizedStore
  signal?: AbortSignal | undefined
}

/** Numbers of `expected.h` at most, so that every compiler takes it. */
const mostScores = 65_536

/**
 * A quantized model as a program for a board, in a new folder: the model's file, the C library, a small `main.c`, example texts and what the
 * reference says of them. The same model and texts give the same bytes.
 *
 * @param out the folder to make; its parent is there
 * @throws AppError `not-found`, `input-invalid`, `store-damaged`, `file-exists`, `permission-denied`, `disk-full`, `cancelled`; nothing is left then
 */
export async function exportRuntime(asked: RuntimeExport, out: string, parts: RuntimeExportParts): Promise<Exported> {
  const stored = await parts.quantized.find(asked.model)
  const bytes = await parts.quantized.read(stored)
  const { model, description } = decodeQuantizedModel(bytes)
  const texts = Math.max(1, Math.min(asked.texts, Math.floor(mostScores / model.spec.classes)))
  const { encoded, labelled, source } = await exampleTexts({ ...asked, texts }, stored.record, description, parts)
  const sources = await runtimeSources()
  const made = {
    record: stored.record,
    classes: description.classes,
    texts: await evaluate(model, encoded, parts.signal),
    exact: isIntegerExact(model),
    source,
    version,
  }
  const labels = labelled ? { classes: model.spec.classes, ofTexts: encoded.labels } : null
  const tokens = encodeTokenFile({ ...encoded, words: model.spec.words, labels })
  const files = await fillFolder(out, asked.overwrite, async (folder) => {
    await folder.write('README.md', 'markdown', runtimeReadme(made))
    await folder.write('model.bgq', 'quantized-model', bytes)
    await folder.write('texts.bgt', 'token-file', tokens)
    await folder.write('expected.h', 'c-header', expectedHeader(made))
    for (const { name, format, bytes: content } of sources) await folder.write(name, format, content)
  })
  return { made: new Date().toISOString(), files }
}

async function evaluate(
  model: QuantizedModel,
  { rows, offsets, tokens }: EncodedTexts,
  signal: AbortSignal | undefined,
): Promise<ScoredText[]> {
  const prepared = prepareModel(model)
  const found: ScoredText[] = []
  for (let row = 0; row < rows; row += 1) {
    if (signal?.aborted === true) throw new AppError('cancelled', 'The export was cancelled; nothing of it is left.')
    const text = tokens.subarray(offsets[row], offsets[row + 1])
    found.push(scoredText(evaluateText(prepared, Array.from(text))))
    // A text of a large model takes a second; whoever waits for the host comes in between.
    await setImmediate()
  }
  return found
}
