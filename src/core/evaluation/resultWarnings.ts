import type { EvaluationFigures } from '../../shared/contract/evaluation.ts'
import type { Warning } from '../../shared/units.ts'

/** A model that takes every text for one class, where the texts have several. */
export function collapseWarnings(
  { histogram, classes }: Pick<EvaluationFigures, 'histogram' | 'classes'>,
  classNames: readonly string[],
): Warning[] {
  const taken = histogram.flatMap((texts, label) => (texts > 0 ? [label] : []))
  const present = classes.filter(({ support }) => support > 0)
  if (taken.length !== 1 || present.length < 2) return []
  const name = classNames[taken[0] as number] ?? String(taken[0])
  return [{ code: 'prediction-collapse', message: `Every text was taken for the class ${name}.`, subject: name }]
}

/** What two evaluations should not have alike: every number of every text, bit for bit. */
export function unchangedWarning(kind: 'noise' | 'shift' | 'quantization', subject: string): Warning {
  const messages = {
    noise: 'The noise changed no figure of any text: nothing of it reached the model.',
    shift: 'The shift changed no figure of any text: nothing of it reached the model.',
    quantization:
      'The quantized model gives every figure of every text as the float model does, bit for bit: was it quantized at all?',
  }
  return { code: `${kind}-without-effect`, message: messages[kind], subject }
}

/** Quantized figures that depend on how many texts were evaluated at once. */
export function batchWarning(subject: string): Warning {
  const message =
    'Texts have other figures where other texts are evaluated beside them: a scale spans more than one text.'
  return { code: 'batch-dependent', message, subject }
}
