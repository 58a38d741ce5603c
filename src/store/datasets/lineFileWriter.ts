import { createHash, type Hash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { PassThrough } from 'node:stream'
import { constants, createGzip } from 'node:zlib'
import type { DiskBudget } from './diskBudget.ts'

const block_characters = 256 * 1024

/** Writes a file of lines, packed by gzip or plain, hashing what it holds unpacked. The file is made anew, 0600, and synced at the end. */
export class LineFileWriter {
  readonly #path: string
  readonly #budget: DiskBudget
  readonly #hash: Hash = createHash('sha256')
  readonly #entry: PassThrough | ReturnType<typeof createGzip>
  readonly #done: Promise<void>
  #failure: unknown
  #pending = ''

  constructor(path: string, options: { gzip: boolean; budget: DiskBudget }) {
    this.#path = path
    this.#budget = options.budget
    this.#entry = options.gzip ? createGzip({ level: constants.Z_DEFAULT_COMPRESSION }) : new PassThrough()
    const file = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true })
    this.#done = pipeline(this.#entry, (chunks) => this.#counted(chunks), file)
    this.#done.catch((thrown: unknown) => (this.#failure = thrown))
  }

  /** @param line with its line end. Waits where the disk is slower than the caller. */
  write(line: string): Promise<void> | undefined {
    this.#pending += line
    return this.#pending.length < block_characters ? undefined : this.#flush()
  }

  /** Gives the file's size and the sha256 of its unpacked content. */
  async close(): Promise<{ bytes: number; sha256: string }> {
    await this.#flush()
    this.#entry.end()
    await this.#done
    return { bytes: (await stat(this.#path)).size, sha256: this.#hash.digest('hex') }
  }

  /** Ends without a whole file; for work that failed. Never throws. */
  async abandon(): Promise<void> {
    this.#entry.destroy()
    await this.#done.catch(() => undefined)
  }

  async #flush(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    const bytes = Buffer.from(this.#pending, 'utf8')
    this.#pending = ''
    this.#hash.update(bytes)
    if (this.#entry.write(bytes)) return
    const drained = new Promise((resolve) => this.#entry.once('drain', resolve))
    await Promise.race([drained, this.#done])
    if (this.#failure !== undefined) throw this.#failure
  }

  async *#counted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      await this.#budget.take(chunk.length)
      yield chunk
    }
  }
}
