/** Events that a callback pushes and a reader takes; the newest progress alone is kept while nobody reads. */
export class EventQueue<Latest, Last> {
  #latest: Latest | undefined
  #last: { value: Last } | { error: unknown } | undefined
  #wake: () => void = () => undefined

  tell(event: Latest): void {
    this.#latest = event
    this.#wake()
  }

  finish(work: Promise<Last>): void {
    const end = (last: { value: Last } | { error: unknown }): void => {
      this.#last = last
      this.#wake()
    }
    work.then(
      (value) => end({ value }),
      (error: unknown) => end({ error }),
    )
  }

  /** Every event that is still there when the reader comes for it, then the last one; throws what the work threw. */
  async *read(): AsyncGenerator<Latest | Last, void, void> {
    for (;;) {
      if (this.#latest === undefined && this.#last === undefined)
        await new Promise<void>((resolve) => (this.#wake = resolve))
      const latest = this.#latest
      this.#latest = undefined
      if (latest !== undefined) yield latest
      else if (this.#last !== undefined) {
        if ('error' in this.#last) throw this.#last.error
        yield this.#last.value
        return
      }
    }
  }
}
