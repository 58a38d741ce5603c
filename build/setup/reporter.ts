import type { Progress } from '../../src/shared/contract/jobs.ts'
import { megabytes, seconds } from './format.ts'

/** Collects what set-up did, for its report, and passes its progress on, at most ten times a second a phase. */
export class SetupReporter {
  readonly steps: string[] = []
  downloadedBytes = 0
  download_s = 0
  readonly #onProgress: ((progress: Progress) => void) | undefined
  #last = { phase: '', at: 0 }

  constructor(onProgress: ((progress: Progress) => void) | undefined) {
    this.#onProgress = onProgress
  }

  progress(phase: string, done: number, total: number | null, unit: string): void {
    const now = performance.now()
    const isNew = phase !== this.#last.phase || done === total
    if (!isNew && now - this.#last.at < 100) return
    this.#last = { phase, at: now }
    this.#onProgress?.({ phase, done, total, unit })
  }

  step(text: string): void {
    this.steps.push(text)
  }

  downloaded(file: string, bytes: number, duration_s: number): void {
    this.downloadedBytes += bytes
    this.download_s += duration_s
    this.step(`downloaded ${file}: ${megabytes(bytes)} in ${seconds(duration_s)}`)
  }
}
