import { performance } from 'node:perf_hooks'
import { evaluateText, prepareModel, type TextEvaluation } from '../../core/quantization/evaluateText.ts'
import { encodeQuantizedModel } from '../../core/quantization/file/encodeQuantizedModel.ts'
import type { QuantizedModel } from '../../core/quantization/quantizedModel.ts'
import type { RuntimeCheck } from '../../shared/contract/system.ts'
import { loadRuntime, type NativeScores } from '../native/addon.ts'
import { openNative } from '../native/openNative.ts'
import type { JobRun } from './job.ts'
import { proofClasses, proofModels, proofTexts } from './runtimeTest/proofModels.ts'

/** A small model's file, and what the reference says of each text. */
interface Proof {
  file: Uint8Array
  expected: readonly TextEvaluation[]
}

/** Evaluates small models with every set of kernels that the machine can run, and compares each number with the reference, bit for bit. */
export const runtimeTest: JobRun<'runtime-test'> = async (_params, context) => {
  const { version, kernels } = loadRuntime()
  const proofs = proofModels().map(proofOf)
  const usable = kernels.filter((one) => one.usable)
  const checks: RuntimeCheck[] = []
  for (const { name } of usable) {
    context.progress({ phase: 'self-test', done: checks.length, total: usable.length, unit: 'kernels' })
    await context.step()
    checks.push(await check(name, proofs))
  }
  const open = openNative(proofs[0]!.file)
  const chosen = open.info.kernels
  open.close()
  return { version, chosen, checks }
}

function proofOf(model: QuantizedModel): Proof {
  const vocabulary = { fingerprint: `sha256:${'0'.repeat(64)}`, file: null }
  const description = { classes: [...proofClasses], vocabulary, tokenizer: null, maxLength: null, origin: {} }
  const prepared = prepareModel(model)
  return {
    file: encodeQuantizedModel(model, description),
    expected: proofTexts.map((text) => evaluateText(prepared, text)),
  }
}

async function check(kernels: string, proofs: readonly Proof[]): Promise<RuntimeCheck> {
  const start = performance.now()
  const offsets = Uint32Array.from([0, ...proofTexts.map((_, text) => proofTexts.slice(0, text + 1).flat().length)])
  const texts = { words: Uint32Array.from(proofTexts.flat()), offsets }
  const found: number[] = []
  const expected: number[] = []
  for (const proof of proofs) {
    const open = openNative(proof.file, { kernels })
    try {
      found.push(...numbersOf(await open.evaluate(texts, { threads: 2, batch: 2 })))
    } finally {
      open.close()
    }
    expected.push(...expectedNumbers(proof.expected))
  }
  const different = expected.filter((value, k) => !Object.is(value, found[k])).length
  const duration_s = (performance.now() - start) / 1000
  return { kernels, ok: different === 0, values: expected.length, different, duration_s }
}

function numbersOf({ predicted, guarded, common, scores, values }: NativeScores): number[] {
  return [...predicted, ...guarded, ...common, ...scores, ...values]
}

function expectedNumbers(texts: readonly TextEvaluation[]): number[] {
  const of = (
    direct: (text: Extract<TextEvaluation, { family: 'discriminative' }>) => readonly number[],
    generative: (text: Extract<TextEvaluation, { family: 'generative' }>) => readonly number[],
  ): number[] => texts.flatMap((text) => (text.family === 'discriminative' ? direct(text) : generative(text)))
  return [
    ...texts.map(({ predicted }) => predicted),
    ...of(
      () => [0],
      ({ guarded }) => [guarded],
    ),
    ...of(
      () => [0],
      ({ common }) => [common],
    ),
    ...of(
      ({ logits }) => [...logits],
      ({ scores }) => [...scores],
    ),
    ...of(
      ({ logits }) => [...logits],
      ({ relative }) => [...relative],
    ),
  ]
}
