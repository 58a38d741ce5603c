import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import type { QuantizedPart } from '../../core/quantization/quantizedModel.ts'
import type { Recipe } from '../../shared/contract/quantizationRules.ts'
import { keepingResult } from '../models/ops.ts'
import { InputHalf } from './inputHalf.ts'
import type { Kept } from './kept.ts'
import type { PrefixBatch } from './prefixBatch.ts'
import { QuantizedCell, type CellState, type Watch } from './quantizedCell.ts'
import { firstOf, firstRows, type SiteValue } from './siteValue.ts'

/** Embedding and LSTM of one part, over batches without padding. */
export class QuantizedLstm {
  readonly #kept: Kept
  readonly #input: InputHalf
  readonly #cell: QuantizedCell

  /** @throws AppError `bit-width-unsupported` */
  constructor(kept: Kept, part: QuantizedPart, recipe: Recipe) {
    this.#kept = kept
    this.#cell = new QuantizedCell(kept, part, recipe)
    this.#input = new InputHalf(kept, part, recipe)
  }

  /**
   * Reads a batch and gives what `use` makes of each step's hidden vectors, those of the texts that have a word there; it lives as long as the caller's
   * scope.
   *
   * @param watch sees every site and accumulator; the input half is then computed, not looked up
   */
  run<T extends Tensor | SiteValue>(
    { words }: PrefixBatch,
    use: (hidden: SiteValue, before: T | null) => T,
    watch: Watch | null = null,
  ): T[] {
    const made: T[] = []
    let state: CellState | null = null
    for (const some of words) {
      const step = keepingResult(this.#kept.ops, () => {
        const half = watch === null ? this.#input.of(some) : this.#input.computed(some, watch)
        const next = this.#cell.step(half, this.#stateOf(state, some.length), watch)
        return { ...next, used: use(next.hidden, made.at(-1) ?? null) }
      })
      state = step
      made.push(step.used)
    }
    return made
  }

  /** The state of the texts that go on. */
  #stateOf(state: CellState | null, texts: number): CellState {
    if (state === null) return this.#cell.zeroState(texts)
    const { ops } = this.#kept
    return { cell: firstRows(ops, state.cell, texts), hidden: firstOf(ops, state.hidden, texts) }
  }
}
