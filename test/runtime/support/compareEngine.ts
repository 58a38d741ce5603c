import { evaluateText, prepareModel, type TextEvaluation } from '../../../src/core/quantization/evaluateText.ts'
import { compareTraces, emptyComparison, type TraceComparison } from '../../compute/quantization/compareTraces.ts'
import type { ModelTexts } from './traceProgram.ts'
import type { EngineResult, EngineRun } from './traceStream.ts'

/** What was compared of a run with the reference. */
export interface EngineComparison extends TraceComparison {
  texts: number
  /** results of texts: scores, what of them depends on the class, what does not, prediction, guarded words */
  results: number
}

export function emptyEngineComparison(): EngineComparison {
  return { ...emptyComparison(), texts: 0, results: 0 }
}

/** The reference's word on some texts, with everything on the way. */
export function referenceOf({ model, texts }: ModelTexts): TextEvaluation[] {
  const prepared = prepareModel(model)
  return texts.map((text) => evaluateText(prepared, text, { trace: true }))
}

/** Adds what a run and the reference have in common, number by number, and what not. */
export function compareRun(into: EngineComparison, expected: readonly TextEvaluation[], run: EngineRun): void {
  expected.forEach((text, k) => {
    into.texts += 1
    if (run.traces.length > 0) compareTraces(into, text.trace!, run.traces[k]!)
    for (const results of run.results) compareResult(into, `text ${k}`, text, results[k]!)
  })
}

function compareResult(into: EngineComparison, where: string, expected: TextEvaluation, found: EngineResult): void {
  const same = (what: string, a: ArrayLike<number>, b: ArrayLike<number>): void => {
    into.results += a.length
    for (let k = 0; k < a.length; k += 1) {
      if (a[k] === b[k]) continue
      into.different += 1
      into.first ??= `${where}, ${what} ${k}: ${a[k]} and ${b[k]}`
    }
  }
  same('prediction', [expected.predicted], [found.predicted])
  if (expected.family === 'discriminative') {
    same('logit', expected.logits, found.values)
    same('score', expected.logits, found.scores)
    return
  }
  same('share', expected.relative, found.values)
  same('score', expected.scores, found.scores)
  same('common', [expected.common], [found.common])
  same('guarded', [expected.guarded], [found.guarded])
}
