/** Many short texts in one piece of memory, at about their own length each. */
export class PackedTexts {
  #bytes = Buffer.alloc(4096)
  readonly #ends: number[] = []

  add(text: string): void {
    const start = this.#ends.at(-1) ?? 0
    const end = start + Buffer.byteLength(text)
    while (this.#bytes.length < end) this.#bytes = Buffer.concat([this.#bytes], this.#bytes.length * 2)
    this.#bytes.write(text, start)
    this.#ends.push(end)
  }

  /** @throws RangeError for a number that no text has */
  at(index: number): string {
    const end = this.#ends[index]
    if (end === undefined) throw new RangeError(`There is no text ${index}.`)
    return this.#bytes.toString('utf8', this.#ends[index - 1] ?? 0, end)
  }
}
