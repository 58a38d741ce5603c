/** The last few things that were made, by their keys; the one that was asked for longest ago goes first. */
export class Recent<T> {
  readonly #most: number
  readonly #kept = new Map<string, T>()

  constructor(most: number) {
    this.#most = most
  }

  /** What was made for the key before, or is made now. A failure is not kept. */
  async get(key: string, make: () => Promise<T>): Promise<T> {
    const found = this.#kept.get(key) ?? (await make())
    this.#kept.delete(key)
    this.#kept.set(key, found)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > this.#most) this.#kept.delete(oldest!)
    return found
  }
}
