import { statfs } from 'node:fs/promises'
import { AppError } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'

/** Left free on the disk whatever is written, so that the store itself can go on. */
const reserve_bytes = 64 * 1024 * 1024
const lookEvery_bytes = 32 * 1024 * 1024

/** How much one piece of work may write, and whether the disk still has room for it. */
export class DiskBudget {
  readonly #folder: string
  readonly #limit_bytes: number
  #written_bytes = 0
  #nextLook_bytes = lookEvery_bytes

  constructor(folder: string, limit_bytes: number) {
    this.#folder = folder
    this.#limit_bytes = limit_bytes
  }

  /** @throws AppError `disk-full` where the disk has not that much beside the reserve */
  async expect(bytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.#folder)
    const free = bavail * bsize
    if (free >= bytes + reserve_bytes) return
    throw new AppError('disk-full', 'There is not enough room on the disk of the home.', {
      expected: `${megabytes(bytes + reserve_bytes)} free`,
      found: megabytes(free),
      hint: nextStep('make-room'),
    })
  }

  /**
   * Counts what is about to be written.
   *
   * @throws AppError `too-large` past the limit, `disk-full` where the disk has run low
   */
  async take(bytes: number): Promise<void> {
    this.#written_bytes += bytes
    if (this.#written_bytes > this.#limit_bytes) {
      throw new AppError('too-large', 'The dataset takes more room than it may.', {
        expected: `at most ${megabytes(this.#limit_bytes)} on disk`,
        hint: 'Import fewer rows, or raise the limit.',
      })
    }
    if (this.#written_bytes < this.#nextLook_bytes) return
    this.#nextLook_bytes = this.#written_bytes + lookEvery_bytes
    await this.expect(bytes)
  }
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`
}
