import { tango } from '../../core/statistics/intervals/tango.ts'
import { pairedTable } from '../../core/statistics/pairedTable.ts'
import type { QuantizedAs } from '../../shared/contract/evaluation.ts'
import { AppError } from '../../shared/errors.ts'

/** The class that a model gave each text, and the text's own; by text, in the split's order. */
export interface Predicted {
  predicted: ArrayLike<number>
  labels: ArrayLike<number>
}

/**
 * How a quantized model stands to its float model on the same texts: the share of equal classes, and the difference of the accuracies with Tango's
 * interval.
 *
 * @throws AppError `shape-mismatch` where they are of unlike numbers of texts
 */
export function againstFloat(quantized: Predicted, float: Predicted, run: string): NonNullable<QuantizedAs['float']> {
  const [right, floatRight] = [rightOf(quantized), rightOf(float)]
  const table = pairedTable(right, floatRight)
  const n = right.length
  const agreeing = count(n, (text) => quantized.predicted[text] === float.predicted[text])
  return {
    run,
    accuracy: (table.both + table.secondOnly) / n,
    agreement: agreeing / n,
    difference: { value: (table.firstOnly - table.secondOnly) / n, interval: tango(table) },
  }
}

/** [texts] 1 where the class is the text's own. */
export function rightOf({ predicted, labels }: Predicted): Uint8Array {
  if (predicted.length === labels.length)
    return Uint8Array.from(labels, (label, text) => Number(predicted[text] === label))
  throw new AppError('shape-mismatch', 'An evaluation holds a class and a label for each text.', {
    expected: `${labels.length} texts`,
    found: String(predicted.length),
  })
}

function count(length: number, fits: (index: number) => boolean): number {
  let found = 0
  for (let index = 0; index < length; index += 1) if (fits(index)) found += 1
  return found
}
