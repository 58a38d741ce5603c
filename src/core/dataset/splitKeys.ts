import type { SplitName } from '../../shared/contract/datasetRules.ts'
import { normaliseText, textKey, type TextKey } from './textKey.ts'

/** Keys of the normalised texts of each split, in the order in which they came: sixteen bytes a text, whatever its length. */
export class SplitKeys {
  readonly #first: Record<SplitName, number[]> = { train: [], dev: [], test: [] }
  readonly #second: Record<SplitName, number[]> = { train: [], dev: [], test: [] }

  add(split: SplitName, text: string): void {
    const { first, second } = textKey(normaliseText(text))
    this.#first[split].push(first)
    this.#second[split].push(second)
  }

  *of(split: SplitName): Generator<TextKey> {
    for (const [row, first] of this.#first[split].entries()) {
      yield { first, second: this.#second[split][row] as number }
    }
  }
}
