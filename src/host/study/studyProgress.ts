import type { Progress } from '../../shared/contract/jobs.ts'
import type { CellCounts } from '../../store/index.ts'

/** Tells how far a study is: its cells, and while a model is trained or a dataset made, how far that is. */
export class StudyProgress {
  readonly #tell: (progress: Progress) => void
  #total = 0
  #done = 0
  #began: { at: number; done: number } | null = null

  constructor(tell: (progress: Progress) => void) {
    this.#tell = tell
  }

  /** Work before the cells, under its own name. */
  part(what: string): (progress: Progress) => void {
    return (progress) => this.#tell({ ...progress, phase: `${what}: ${progress.phase}` })
  }

  /** Cells that are evaluated from now on; the time that is left is judged by them. */
  begin({ total, done, failed }: CellCounts): void {
    this.#total = total
    this.#done = done + failed
    this.#began = { at: performance.now(), done: this.#done }
    this.#cells()
  }

  advance(cells: number): void {
    this.#done += cells
    this.#cells()
  }

  #cells(): void {
    const left_s = this.#secondsLeft()
    this.#tell({
      phase: 'cells',
      done: this.#done,
      total: this.#total,
      unit: 'cells',
      ...(left_s === null ? {} : { left_s }),
    })
  }

  /** By the cells since the beginning; null before the first. */
  #secondsLeft(): number | null {
    if (this.#began === null || this.#done === this.#began.done) return null
    const each_s = (performance.now() - this.#began.at) / 1000 / (this.#done - this.#began.done)
    return Math.max(0, each_s * (this.#total - this.#done))
  }
}
