import { cancelled } from '../compute/crash.ts'

interface Proof<T> {
  key: string
  result: Promise<T>
  stop: AbortController
  waiting: number
  settled: boolean
}

/**
 * What running something once has proved, kept for as long as the thing it was proved of stays the same: each page that opens asks for it, and a proof is
 * a process. Those who ask while it runs wait for the same run; it is given up when the last of them has gone. A failure is not kept.
 */
export class KeptProof<T> {
  readonly #run: (signal: AbortSignal) => Promise<T>
  #proof: Proof<T> | null = null

  constructor(run: (signal: AbortSignal) => Promise<T>) {
    this.#run = run
  }

  /**
   * @param key   tells what is proved from what would have to be proved anew
   * @param again prove it anew, whatever is kept
   * @throws what the run throws; AppError `cancelled` where the caller gives up
   */
  async get(key: string, { again, signal }: { again: boolean; signal?: AbortSignal | undefined }): Promise<T> {
    if (signal?.aborted === true) throw cancelled()
    const kept = this.#proof
    const stands = kept !== null && kept.key === key && !(again && kept.settled)
    const proof = stands ? kept : this.#start(key)
    proof.waiting += 1
    try {
      return await Promise.race([proof.result, abortOf(signal)])
    } finally {
      proof.waiting -= 1
      if (proof.waiting === 0 && !proof.settled) this.#giveUp(proof)
    }
  }

  #start(key: string): Proof<T> {
    const stop = new AbortController()
    const proof: Proof<T> = { key, result: this.#run(stop.signal), stop, waiting: 0, settled: false }
    proof.result.then(
      () => (proof.settled = true),
      () => this.#giveUp(proof),
    )
    this.#proof = proof
    return proof
  }

  #giveUp(proof: Proof<T>): void {
    proof.settled = true
    proof.stop.abort()
    if (this.#proof === proof) this.#proof = null
  }
}

function abortOf(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(cancelled()), { once: true })
  })
}
